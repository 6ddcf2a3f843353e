//! A smoke test as CI systems read it: JUnit's XML.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::model::problem::Problem;
use crate::model::smoke::outcome::{Findings, Item, Outcome};

/// One test suite, a test case an item.
///
/// # Errors
/// None that a text in memory has.
pub fn junit(findings: &Findings) -> std::io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let skipped = findings.items.iter().filter(|item| matches!(item.result, Outcome::Skipped(_))).count();
    let (tests, failures) = (findings.items.len().to_string(), findings.failed().to_string());
    writer
        .create_element("testsuite")
        .with_attribute(("name", "release-smoke"))
        .with_attribute(("tests", tests.as_str()))
        .with_attribute(("failures", failures.as_str()))
        .with_attribute(("skipped", skipped.to_string().as_str()))
        .with_attribute(("time", seconds(findings.time).as_str()))
        .write_inner_content(|writer| findings.items.iter().try_for_each(|item| case(writer, item)))?;
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    Ok(text)
}

fn case(writer: &mut Writer<Vec<u8>>, item: &Item) -> std::io::Result<()> {
    let time = seconds(item.time);
    let case = writer
        .create_element("testcase")
        .with_attribute(("classname", item.part.name()))
        .with_attribute(("name", plain(&item.name).as_str()))
        .with_attribute(("time", time.as_str()));
    match &item.result {
        Outcome::Passed(_) => case.write_empty().map(drop),
        Outcome::Skipped(why) => case
            .write_inner_content(|writer| {
                let skipped = writer.create_element("skipped");
                skipped.with_attribute(("message", plain(why).as_str())).write_empty().map(drop)
            })
            .map(drop),
        Outcome::Failed(problems) => case
            .write_inner_content(|writer| problems.iter().try_for_each(|problem| failure(writer, problem)))
            .map(drop),
    }
}

fn failure(writer: &mut Writer<Vec<u8>>, problem: &Problem) -> std::io::Result<()> {
    let lines: Vec<&str> =
        std::iter::once(problem.why.as_str()).chain(problem.help.iter().map(String::as_str)).collect();
    writer
        .create_element("failure")
        .with_attribute(("type", problem.code.name()))
        .with_attribute(("message", plain(&problem.what).as_str()))
        .write_text_content(BytesText::new(&plain(&lines.join("\n"))))
        .map(drop)
}

/// Without the characters that XML 1.0 has no way to write.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn seconds(time: std::time::Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}
