//! What the buttons do at once. All of it is done by the code behind the `trip` command.

use axum::response::Redirect;
use http::StatusCode;
use operator::consumers::Consumer;
use operator::given_up;
use operator::outbox::{self, Change, EventName, EventNameFormat};
use operator::pause;
use store::outbox::Parked;

use crate::address::OPERATIONS;
use crate::answer::Shared;
use crate::app::App;
use crate::form::Form;
use crate::problem::Problem;

/// Where an action leads, or why it was not done.
pub(super) type Acted = Result<Redirect, Problem>;

/// Makes a parked event pending again.
pub(super) async fn redrive(Shared(app): Shared, form: Form) -> Acted {
    change(&app, &form, Change::Redrive).await
}

/// Gives a parked event up.
pub(super) async fn discard(Shared(app): Shared, form: Form) -> Acted {
    change(&app, &form, Change::Discard).await
}

async fn change(app: &App, form: &Form, change: Change) -> Acted {
    let name: EventName = form.get("event").parse().map_err(misnamed)?;
    if outbox::change(&app.acting(), change, &name.0).await? == Parked::NotApplicable {
        let detail = format!("{} was redriven or discarded before.", name.0);
        return Err(Problem::new(StatusCode::CONFLICT, "The event is no longer parked", detail));
    }
    back(app, "parked").await
}

fn misnamed(error: EventNameFormat) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "This is not an event's name", format!("It {error}."))
}

/// Hands a batch that was given up to its function again.
pub(super) async fn batch(Shared(app): Shared, form: Form) -> Acted {
    let chosen = given_up::choose(&app.operator, &[form.get("batch").to_owned()]).await?;
    for name in chosen {
        given_up::redrive(&app.acting(), &name).await?;
    }
    back(&app, "consumers").await
}

/// Resumes a paused consumer.
pub(super) async fn consumer(Shared(app): Shared, form: Form) -> Acted {
    let named = |consumer: &Consumer| consumer.name() == form.get("consumer");
    let consumer = Consumer::ALL.into_iter().find(named);
    let consumer = consumer.ok_or_else(|| Problem::not_found("There is no such consumer."))?;
    pause::resume(&app.acting(), consumer).await?;
    back(&app, "consumers").await
}

/// Back to the page, at what has changed.
pub(super) async fn back(app: &App, part: &str) -> Acted {
    app.desk.forget().await;
    Ok(Redirect::to(&format!("{OPERATIONS}#{part}")))
}
