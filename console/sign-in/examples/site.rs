//! A site behind the sign-in, for a look at it in a browser: `site PROVIDER`, where `PROVIDER` is
//! the origin of an OpenID provider on this machine. Prints its own origin; ends with its input.

use std::io::Write;
use std::sync::Arc;

use axum::response::Html;
use axum::routing::get;
use axum::{Extension, Router};
use lambda_kit::clients::connector;
use lambda_kit::clock::SystemClock;
use lambda_kit::config::Config;
use maud::{DOCTYPE, html};
use sign_in::{SIGN_OUT, Session, Settings, SignIn};
use tokio::io::{AsyncReadExt, stdin};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider = std::env::args().nth(1).ok_or("usage: site PROVIDER")?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://localhost:{}", listener.local_addr()?.port());
    let settings = Settings {
        origin: origin.clone(),
        issuer: provider.clone(),
        hosted: provider,
        client_id: "console".to_owned(),
        group: "operators".to_owned(),
    };
    let http = connector(&Config::default());
    let sign_in = SignIn::new(settings, http, Arc::new(SystemClock))?;
    writeln!(std::io::stdout(), "{origin}")?;
    let end = async {
        // Whoever has started the site holds the other end.
        let _ = stdin().read_to_end(&mut Vec::new()).await;
    };
    axum::serve(listener, sign_in.protect(pages())).with_graceful_shutdown(end).await?;
    Ok(())
}

fn pages() -> Router {
    Router::new()
        .route("/", get(page))
        .route("/console/trips", get(page))
        .route("/console/live", get(|| async { "an update" }))
}

async fn page(Extension(session): Extension<Session>) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "A page" } }
            body { main {
                h1 { "A page" }
                p #person { (session.email.unwrap_or(session.subject)) }
                p { a href=(SIGN_OUT) { "Sign out" } }
            } }
        }
    };
    Html(page.0)
}
