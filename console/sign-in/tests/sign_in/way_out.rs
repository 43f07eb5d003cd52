//! The way out.

use http::{Method, StatusCode};
use rstest::rstest;

use super::bed::{Bed, ORIGIN};
use super::browser::PAGE;

#[rstest]
#[case::of_a_link_in_a_page(Some("same-origin"))]
#[case::of_the_address_bar(Some("none"))]
#[case::of_an_old_browser(None)]
#[tokio::test]
async fn a_person_signs_out_here_and_at_the_provider(#[case] site: Option<&str>) {
    let mut bed = Bed::new().await;
    bed.sign_in_for("/").await;
    let headers: Vec<_> = site.iter().map(|site| ("sec-fetch-site", *site)).collect();
    let out = bed.browser.send(Method::GET, "/console/sign-out", &headers).await;
    let back = "https%3A%2F%2Fconsole.example%2Fconsole%2Fsigned-out";
    let logout = format!("{}/logout?client_id=5s1teclient&logout_uri={back}", bed.issuer.address);
    assert_eq!(out.leads_to(), logout);
    assert!(bed.browser.cookies.is_empty());
    let left = bed.browser.open("/console/signed-out").await;
    assert!(left.status.is_success() && left.body.contains("You are signed out"), "{ORIGIN}");
    assert!(bed.browser.open("/").await.leads_to().starts_with("/console/sign-in"));
}

#[tokio::test]
async fn another_sites_page_signs_nobody_out() {
    let mut bed = Bed::new().await;
    bed.sign_in_for("/").await;
    let headers = [("accept", PAGE), ("sec-fetch-site", "cross-site")];
    let asked = bed.browser.send(Method::GET, "/console/sign-out", &headers).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.body.contains("Do you want to sign out?"));
    assert_eq!(bed.browser.open("/").await.status, StatusCode::OK);
}
