//! The visitor: who has signed in.

use console::{FormToken, Visitor};
use http::Extensions;
use sha2::{Digest, Sha256};
use sign_in::{SIGN_OUT, Session};

/// What the token of forms is derived under, so that it is of no use for anything else.
const LABEL: &str = "trip-saga console form\n";

/// The visitor, by the session that the sign-in has left with a request.
pub(crate) fn of(request: &Extensions) -> Option<Visitor> {
    let session: &Session = request.get()?;
    Some(Visitor {
        name: session.subject.clone(),
        called: session.email.clone().unwrap_or_else(|| session.subject.clone()),
        bearer: session.id_token.clone(),
        token: FormToken::of(form_token(&session.id_token)),
        sign_out: Some(SIGN_OUT),
    })
}

/// The same in every process that gets a request of the session, and known to nobody else: it needs
/// the ID token, which is in a cookie that no page can read.
fn form_token(id_token: &str) -> String {
    let digest = Sha256::new().chain_update(LABEL).chain_update(id_token).finalize();
    hex::encode(digest)
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    fn session(id_token: &str, email: Option<&str>) -> Extensions {
        let (id_token, subject) = (id_token.to_owned(), "0d1f".to_owned());
        let (email, expires_at) = (email.map(str::to_owned), Timestamp::from_millis(0));
        let mut extensions = Extensions::new();
        extensions.insert(Session { id_token, subject, email, expires_at });
        extensions
    }

    #[test]
    fn nobody_visits_without_a_session() {
        assert!(of(&Extensions::new()).is_none());
    }

    #[test]
    fn a_person_acts_by_the_subject_and_is_called_by_the_address() {
        let visitor = of(&session("a.b.c", Some("ann@example.com"))).unwrap();
        assert_eq!((&*visitor.name, &*visitor.called), ("0d1f", "ann@example.com"));
        assert_eq!(of(&session("a.b.c", None)).unwrap().called, "0d1f");
    }

    #[test]
    fn a_sessions_forms_have_one_token_in_every_process_and_another_sessions_forms_another() {
        let token = |id_token: &str| of(&session(id_token, None)).unwrap().token;
        assert_eq!(token("a.b.c"), token("a.b.c"));
        assert_ne!(token("a.b.c"), token("a.b.d"));
        assert!(!form_token("a.b.c").contains("a.b.c"));
    }
}
