//! How many jobs a matrix makes ("Workflow syntax for GitHub Actions": `jobs.<job_id>.strategy.matrix`).

use super::answer::Answer;
use super::document::{Node, Value};

/// As many jobs as one matrix may make.
const MOST: usize = 256;

/// Whether a job's matrix makes any job; and what it has where it makes none.
pub fn filled(job: &Node) -> (Answer, Option<String>) {
    let expression =
        || (Answer::unknown("what a matrix holds that an expression makes is known to a run alone"), None);
    let none = |why: String| (Answer::No, Some(why));
    let Some(strategy) = job.get("strategy").filter(|node| node.value != Value::Null) else {
        return (Answer::Yes, None);
    };
    let matrix = match &strategy.value {
        Value::Table(_) => strategy.get("matrix").filter(|node| node.value != Value::Null),
        _ => return expression(),
    };
    let Some(matrix) = matrix else { return (Answer::Yes, None) };
    if !matches!(matrix.value, Value::Table(_)) {
        return expression();
    }
    let axes = || matrix.pairs().iter().filter(|(name, _)| !matches!(name.as_str(), "include" | "exclude"));
    if let Some((name, _)) =
        axes().find(|(_, axis)| matches!(&axis.value, Value::List(all) if all.is_empty()))
    {
        return none(format!("a matrix in which `{name}` holds no value"));
    }
    if axes().any(|(_, axis)| !matches!(axis.value, Value::List(_))) {
        return expression();
    }
    let more = matrix.get("include").map(|include| (include.text().is_some(), include.items().len()));
    match (axes().count(), more) {
        (0, Some((true, _))) => return expression(),
        (0, None | Some((false, 0))) => return none("a matrix that holds nothing".to_owned()),
        (0, Some(_)) => return (Answer::Yes, None),
        _ => {}
    }
    let count = axes().fold(1_usize, |count, (_, axis)| count.saturating_mul(axis.items().len()));
    match matrix.get("exclude").filter(|exclude| exclude.value != Value::Null) {
        Some(exclude) if !exclude.items().is_empty() || exclude.text().is_some() => {
            let left = left(
                &axes().map(|(name, axis)| (name.as_str(), &**axis)).collect::<Vec<_>>(),
                exclude,
                count,
            );
            match (left, more) {
                (Some(0), None | Some((false, 0))) => {
                    none("a matrix that excludes all that it holds".to_owned())
                }
                (Some(0), Some((true, _))) | (None, _) => expression(),
                _ => (Answer::Yes, None),
            }
        }
        _ if count > MOST => none(format!("a matrix of {count} jobs, and GitHub makes at most {MOST}")),
        _ => (Answer::Yes, None),
    }
}

/// How many of `count` combinations are left after `exclude`; none where that is known to a run alone.
fn left(axes: &[(&str, &Node)], exclude: &Node, count: usize) -> Option<usize> {
    let plain = |node: &Node| node.text().is_some_and(|text| !text.contains("${{"));
    let known = axes.iter().all(|(_, axis)| axis.items().iter().all(|item| plain(item)));
    let out = exclude.items();
    let told = !out.is_empty() && out.iter().all(|one| one.pairs().iter().all(|(_, value)| plain(value)));
    if !known || !told || count > MOST {
        return None;
    }
    let combination = |mut number: usize| {
        let mut picked = Vec::new();
        for (name, axis) in axes {
            let items = axis.items();
            picked.extend(items[number % items.len()].text().map(|text| (*name, text)));
            number /= items.len();
        }
        picked
    };
    let excluded = |all: &[(&str, &str)]| {
        out.iter().any(|one| {
            let mut pairs = one.pairs().iter();
            pairs
                .all(|(key, value)| all.iter().any(|(name, text)| name == key && Some(*text) == value.text()))
        })
    };
    Some((0..count).filter(|number| !excluded(&combination(*number))).count())
}

#[cfg(test)]
mod tests {
    use super::super::document;
    use super::*;

    #[test]
    fn matrices_with_and_without_jobs() {
        let table = [
            ("{}", Some(true)),
            ("{max-parallel: 1}", Some(true)),
            ("${{ fromJSON(needs.plan.outputs.all) }}", None),
            ("{matrix: '${{ fromJSON(vars.ALL) }}'}", None),
            ("{matrix: {x: '${{ fromJSON(vars.ALL) }}'}}", None),
            ("{matrix: {x: [1, 2]}}", Some(true)),
            ("{matrix: {x: []}}", Some(false)),
            ("{matrix: {x: [1], y: []}}", Some(false)),
            ("{matrix: {x: [], include: [{x: 1}]}}", Some(false)),
            ("{matrix: {}}", Some(false)),
            ("{matrix: {include: []}}", Some(false)),
            ("{matrix: {include: [{x: 1}]}}", Some(true)),
            ("{matrix: {include: '${{ fromJSON(vars.ALL) }}'}}", None),
            ("{matrix: {x: [1, 2], exclude: [{x: 1}]}}", Some(true)),
            ("{matrix: {x: [1, 2], y: [3], exclude: [{x: 1}, {x: 2, y: 3}]}}", Some(false)),
            ("{matrix: {x: [1], exclude: [{x: 1}], include: [{x: 3}]}}", Some(true)),
            ("{matrix: {x: ['${{ vars.X }}'], exclude: [{x: 1}]}}", None),
            ("{matrix: {x: [1], exclude: '${{ fromJSON(vars.ALL) }}'}}", None),
        ];
        for (strategy, expected) in table {
            let job = document::read(&format!("strategy: {strategy}\n")).unwrap().remove(0);
            match (filled(&job), expected) {
                ((Answer::Unknown(_), None), None) => {}
                ((Answer::Yes, None), Some(true)) | ((Answer::No, Some(_)), Some(false)) => {}
                (other, _) => panic!("{strategy}: {other:?}"),
            }
        }
        let axis = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
        for (count, answer) in [(16, Answer::Yes), (17, Answer::No)] {
            let text = format!("strategy: {{matrix: {{x: [{}], y: [{}]}}}}\n", axis(16), axis(count));
            assert_eq!(filled(&document::read(&text).unwrap()[0]).0, answer, "{count}");
        }
    }
}
