//! Whose certificates are trusted: Mozilla's roots, which are compiled in, and a file's if one is
//! named.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};

/// TLS with these certificates.
pub(super) fn tls(bundle: Option<&Path>) -> ClientConfig {
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions();
    #[expect(clippy::expect_used, reason = "it fails only for a provider without cipher suites")]
    let builder = versions.expect("ring has cipher suites for every version");
    builder.with_root_certificates(roots(bundle)).with_no_client_auth()
}

/// A bundle that cannot be read is left out, with a line in the log: only calls to its servers then
/// fail.
pub(super) fn roots(bundle: Option<&Path>) -> RootCertStore {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    match bundle.map(certificates) {
        Some(Ok(certificates)) => drop(roots.add_parsable_certificates(certificates)),
        Some(Err(error)) => tracing::error!(?bundle, %error, "the CA bundle cannot be read"),
        None => {}
    }
    roots
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, pem::Error> {
    CertificateDer::pem_file_iter(path)?.collect()
}
