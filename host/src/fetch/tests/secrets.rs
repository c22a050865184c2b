//! Secrets reach the host that they are for, and nobody else.

use super::*;
use crate::fetch::{Secret, SecretConfig};

const VALUE: &str = "tok3n-of-the-collection";

/// `hosts` are those of the secret.
fn with_secret(server: &Server, hosts: &[&str]) -> Fetcher {
    client(config()).fetcher(Grant { secrets: vec![secret(hosts)], ..grant(server) })
}

fn secret(hosts: &[&str]) -> Secret {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, VALUE).unwrap();
    let config =
        SecretConfig { file: Some(file), hosts: patterns(hosts), prefix: "Bearer ".into(), ..Default::default() };
    Secret::load("collection", &config).unwrap()
}

fn asking(url: &str) -> HttpRequest {
    HttpRequest { secret: Some("collection".into()), ..request(url) }
}

#[test]
fn a_secret_goes_to_its_host_and_does_not_follow_a_redirect_away() {
    let server = Server::start(|asked| match asked.target.as_str() {
        "/away" => {
            redirect(&format!("http://other.test:{}/caught", asked.header("host").unwrap().split_once(':').unwrap().1))
        }
        "/within" => redirect("/end"),
        _ => answer(200, &[("x-echo", &format!("got {VALUE}"))], ""),
    });
    let fetcher = with_secret(&server, &["feeds.test", "other.test"]);
    let (_, headers, _) = fetch(&fetcher, asking(&server.url("/within"))).unwrap();
    assert_eq!(headers[0].1, "got [secret collection]", "a server's echo is taken out of the headers");
    let mut away = asking(&server.url("/away"));
    away.headers = vec![("X-Own".into(), "1".into()), ("Accept".into(), "text/plain".into())];
    fetch(&fetcher, away).unwrap();
    let sent: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| {
            let header = |name| asked.header(name).map(str::to_owned);
            (asked.target.clone(), header("authorization"), header("x-own"), header("accept"))
        })
        .collect();
    let (bearer, any) = (Some(format!("Bearer {VALUE}")), Some("*/*".to_owned()));
    let (own, plain) = (Some("1".to_owned()), Some("text/plain".to_owned()));
    assert_eq!(
        sent,
        [
            ("/within".into(), bearer.clone(), None, any.clone()),
            ("/end".into(), bearer.clone(), None, any),
            ("/away".into(), bearer, own, plain.clone()),
            ("/caught".into(), None, None, plain),
        ]
    );
}

#[test]
fn a_secret_is_refused_where_it_must_not_go() {
    let server = Server::start(|_| answer(200, &[], ""));
    let invalid = |outcome: Result<_, HttpError>| matches!(outcome, Err(HttpError::InvalidRequest(_)));
    let other = with_secret(&server, &["other.test"]);
    assert!(invalid(fetch(&other, asking(&server.url("/")))), "bound to another host");
    let unknown = HttpRequest { secret: Some("nobody's".into()), ..request(&server.url("/")) };
    assert!(invalid(fetch(&other, unknown)), "not configured");
    // A name that is reached only because its address is named is not the operator's own: clear text is not for it.
    let by_address =
        Grant { private_hosts: patterns(&["127.0.0.1"]), secrets: vec![secret(&["feeds.test"])], ..grant(&server) };
    let by_address = client(config()).fetcher(by_address);
    assert!(invalid(fetch(&by_address, asking(&server.url("/")))), "clear text");
    assert!(fetch(&by_address, request(&server.url("/"))).is_ok(), "reachable without the secret");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn no_error_and_no_log_line_shows_a_secret() {
    let server = Server::start(|_| redirect(&format!("http://elsewhere.test/?token={VALUE}")));
    let fetcher = with_secret(&server, &["feeds.test"]);
    let error = fetcher.get(&server.url("/"), FetchKind::Named).unwrap_err();
    assert_eq!(error.code(), "not-granted");
    assert!(error.to_string().contains("[secret collection]"), "{error}");
    assert!(!format!("{error:?} {error} {}", error.hint()).contains(VALUE));
    assert!(!format!("{:?}", fetch(&fetcher, asking(&server.url("/"))).unwrap_err()).contains(VALUE));
}
