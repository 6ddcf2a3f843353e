//! Contracts in small, read and kept or broken.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn contract(operation: Value) -> Contract {
    of(json!({ "openapi": "3.1.0", "paths": { "/a/{id}": { "get": operation } } })).unwrap()
}

fn of(document: Value) -> Result<Contract, String> {
    Contract::of(document)
}

fn answering(schema: Value) -> Value {
    json!({
        "operationId": "getA",
        "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
        "responses": { "200": { "content": { "application/json": { "schema": schema } } }, "404": {} }
    })
}

fn verdict(contract: &Contract, status: u16, content_type: Option<&str>, body: &str) -> Verdict {
    Judge::new(contract).verdict(&contract.operations[0], status, content_type, body.as_bytes())
}

const JSON: Option<&str> = Some("application/json; charset=utf-8");

fn broken(faults: &[&str]) -> Verdict {
    Verdict::Broken(faults.iter().map(|fault| (*fault).to_owned()).collect())
}

#[test]
fn reads_operations_from_json_and_yaml() {
    let yaml = "openapi: 3.0.3\nservers: [{url: 'https://example.org/api/v1/'}]\npaths:\n  /a/{id}:\n    parameters:\n\
        \x20   - $ref: '#/components/parameters/Id'\n    get:\n      responses:\n        '200':\n          description: fine\n\
        \x20         content: {application/json: {schema: {type: integer, minimum: 1, exclusiveMinimum: true}}}\n\
        components:\n  parameters:\n    Id: {name: id, in: path, required: true, schema: {type: string}}\n";
    let contract = of(read(yaml).unwrap()).unwrap();
    let operation = &contract.operations[0];
    assert_eq!((operation.id.as_str(), operation.path.as_str()), ("GET /a/{id}", "/api/v1/a/{id}"));
    assert_eq!(operation.path_names(), ["id"]);
    assert!(!operation.is_protected());
    assert_eq!(verdict(&contract, 200, JSON, "2"), Verdict::Covered);
    assert!(matches!(verdict(&contract, 200, JSON, "1"), Verdict::Broken(_)));
}

#[test]
fn judges_status_type_and_body() {
    let contract =
        contract(answering(json!({ "type": "object", "properties": { "n": { "type": "integer" } } })));
    assert_eq!(verdict(&contract, 200, JSON, "{\"n\":1}"), Verdict::Covered);
    assert_eq!(verdict(&contract, 500, JSON, "{}"), broken(&["answered 500; documented: 200, 404"]));
    assert_eq!(
        verdict(&contract, 404, JSON, "{}"),
        broken(&["answered 404, which is documented but no success"])
    );
    assert_eq!(verdict(&contract, 200, None, "{}"), broken(&["answered without a content type"]));
    let html = verdict(&contract, 200, Some("Text/HTML"), "{}");
    assert_eq!(html, broken(&["answered as `text/html`; documented: application/json"]));
    assert!(matches!(verdict(&contract, 200, JSON, "{"), Verdict::Broken(_)));
    assert_eq!(
        verdict(&contract, 200, JSON, "{\"n\":\"x\"}"),
        broken(&["`/n`: want integer, but got string"])
    );
}

#[test]
fn an_empty_schema_shows_nothing() {
    let thin = [
        json!({}),
        json!(true),
        json!({ "title": "Anything" }),
        json!({ "type": "object" }),
        json!({ "type": "object", "additionalProperties": true, "properties": {} }),
        json!({ "type": "array", "items": {} }),
    ];
    for schema in thin {
        assert!(
            matches!(verdict(&contract(answering(schema.clone())), 200, JSON, "{}"), Verdict::Thin(_)),
            "{schema}"
        );
    }
    let mut without = answering(json!({}));
    without["responses"]["200"] = json!({});
    assert!(matches!(verdict(&contract(without.clone()), 200, JSON, ""), Verdict::Thin(_)));
    without["responses"] = json!({ "204": {} });
    assert_eq!(verdict(&contract(without.clone()), 204, None, ""), Verdict::Covered);
    assert!(matches!(verdict(&contract(without.clone()), 204, None, "x"), Verdict::Broken(_)));
    without["responses"] =
        json!({ "default": { "content": { "text/*": { "schema": { "minLength": 1 } } } } });
    assert!(matches!(verdict(&contract(without), 200, Some("text/csv"), "a,b"), Verdict::Thin(_)));
}

#[test]
fn reads_the_dialect_of_3_0() {
    let mut document = json!({ "openapi": "3.0.3", "paths": { "/a/{id}": { "get": answering(json!({
        "type": "object",
        "properties": {
            "a": { "type": "string", "nullable": true },
            "b": { "nullable": true, "allOf": [{ "$ref": "#/components/schemas/B" }] },
            "c": { "type": "string", "enum": ["x"], "nullable": true },
            "d": { "$ref": "#/components/schemas/B", "nullable": true }
        }
    })) } }, "components": { "schemas": { "B": { "type": "integer" } } } });
    let read = of(document.clone()).unwrap();
    let body = |a: Value, b: Value, c: Value, d: Value| json!({ "a": a, "b": b, "c": c, "d": d }).to_string();
    let null = Value::Null;
    let nulls = body(null.clone(), null.clone(), null.clone(), json!(1));
    assert_eq!(verdict(&read, 200, JSON, &nulls), Verdict::Covered);
    let wrong = body(json!("a"), json!(1), json!("y"), null);
    let Verdict::Broken(faults) = verdict(&read, 200, JSON, &wrong) else { panic!() };
    assert!(faults.iter().any(|fault| fault.starts_with("`/c`")), "{faults:?}");
    assert!(faults.iter().any(|fault| fault == "`/d`: want integer, but got null"), "{faults:?}");
    document["openapi"] = json!("2.0");
    assert!(of(document).unwrap_err().contains("`2.0`"));
}

#[test]
fn finds_examples_links_and_protection() {
    let document = json!({
        "openapi": "3.1.0",
        "security": [{ "bearer": [] }],
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "Bearer" } },
            "schemas": { "Named": { "properties": { "name": { "type": "string", "examples": ["Ada"] }, "more": {} }, "required": ["name"] } }
        },
        "paths": {
            "/a": {
                "post": {
                    "operationId": "createA",
                    "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Named" } } } },
                    "responses": { "201": { "links": { "it": { "operationId": "getA", "parameters": { "path.id": "$response.body#/key" } } } } }
                },
                "get": { "security": [{}, { "bearer": [] }], "responses": {} }
            }
        }
    });
    let contract = of(document).unwrap();
    let create = contract.operation("createA").unwrap();
    assert!(create.is_protected());
    assert_eq!(body(&contract, create).unwrap().1, json!({ "name": "Ada" }));
    assert_eq!((create.links[0].to.as_str(), create.links[0].parameter.as_str()), ("getA", "id"));
    assert!(!contract.operation("GET /a").unwrap().is_protected());
    assert_eq!(contract.schemes["bearer"], Scheme::Bearer);
}

#[test]
fn says_what_is_wrong_with_a_contract() {
    let refused = |document: Value| of(document).unwrap_err();
    assert!(refused(json!({ "openapi": "3.1.0" })).contains("no `paths`"));
    assert!(refused(json!({ "openapi": "3.1.0", "paths": {} })).contains("no operation"));
    let lacking = json!({ "openapi": "3.1.0", "paths": { "/a/{b}": { "get": { "responses": {} } } } });
    assert!(refused(lacking).contains("path parameter `b`"));
    let outside = json!({ "openapi": "3.1.0", "paths": { "/a": { "$ref": "other.yaml#/a" } } });
    assert!(refused(outside).contains("only references inside"));
    let circle = json!({ "openapi": "3.1.0", "paths": { "/a": { "$ref": "#/paths/~1a" } } });
    assert!(refused(circle).contains("circle"));
    assert!(
        read("a: *b").unwrap_err().contains("no YAML")
            || read("a: &b 1\nc: *b").unwrap_err().contains("alias")
    );
    let reaching = contract(answering(json!({ "$ref": "#/components/schemas/None" })));
    assert!(matches!(verdict(&reaching, 200, JSON, "{}"), Verdict::Broken(_)));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}") {
        let _ = read(&text).and_then(Contract::of);
    }

    #[test]
    fn no_damage_makes_it_panic(at in 0usize..400, len in 0usize..20, put in "[\\PC\n]{0,4}") {
        let mut text = json!({ "openapi": "3.0.1", "paths": { "/a/{id}": { "get": answering(json!({ "type": "object" })) } } }).to_string();
        let fit = |at: usize| at.min(text.len());
        let range = fit(at)..fit(at + len);
        text.replace_range(range, &put);
        if let Ok(contract) = read(&text).and_then(Contract::of) {
            let _ = verdict(&contract, 200, JSON, "{}");
        }
    }
}
