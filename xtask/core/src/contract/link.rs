//! Links: where an answer tells the parameters of another operation (OpenAPI 3.1, "Link Object").

use serde_json::Value;

use super::resolve;

/// `getProject.project_id` is `$response.body#/id` of `createProject`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The operation whose answer is read.
    pub from: String,
    /// The operation that can be called with it.
    pub to: String,
    pub parameter: String,
    /// Where in the answer's body; links to anything but the body are left out.
    pub pointer: String,
}

/// The links of a response. Parameters may be written `path.id` as well as `id`.
pub fn of(document: &Value, response: &str, from: &str) -> Result<Vec<Link>, String> {
    let Some(Value::Object(table)) = document.pointer(&format!("{response}/links")) else {
        return Ok(Vec::new());
    };
    let mut links = Vec::new();
    for name in table.keys() {
        let (link, _) = resolve(document, &format!("{response}/links/{}", super::token(name)))?;
        let to = link.get("operationId").and_then(Value::as_str);
        let Some((to, Value::Object(parameters))) = to.zip(link.get("parameters")) else { continue };
        for (parameter, expression) in parameters {
            let pointer = expression.as_str().and_then(|text| text.strip_prefix("$response.body#"));
            if let Some(pointer) = pointer {
                let parameter = parameter.strip_prefix("path.").unwrap_or(parameter).to_owned();
                links.push(Link {
                    from: from.to_owned(),
                    to: to.to_owned(),
                    parameter,
                    pointer: pointer.to_owned(),
                });
            }
        }
    }
    Ok(links)
}
