//! Plain pages: text, links, and one style sheet.

use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
);

/// A page of an API that begins at `base`. The content's links are relative to `base`.
pub(super) fn answer(base: &str, title: &str, content: &str) -> Response {
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<base href="{base}/">
<link rel="stylesheet" href="docs/page.css">
</head>
<body>
<main>
{content}</main>
</body>
</html>
"#
    );
    ([(CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response()
}

/// A list of the pages of `docs/{folder}`: their names and first sentences.
pub(super) fn list(base: &str, title: &str, folder: &str, pages: &[[&str; 3]]) -> Response {
    let line = |[name, sentence, _]: &[&str; 3]| {
        format!("<dt><a href=\"docs/{folder}/{name}\">{name}</a></dt><dd>{sentence}</dd>\n")
    };
    let lines: String = pages.iter().map(line).collect();
    answer(base, title, &format!("<h1>{title}</h1>\n<dl>\n{lines}</dl>\n"))
}

/// Answers with the pages' style sheet.
pub(super) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, HeaderValue::from_static("text/css"))], include_str!("page.css"))
}
