//! What must not be reached: by address, by name, by redirect, by an answer that changes.

use super::*;

fn code(outcome: Result<Fetched, FetchError>) -> &'static str {
    outcome.map_or_else(|error| error.code(), |_| "fine")
}

#[test]
fn a_name_at_an_inside_address_is_blocked_with_the_way_out() {
    let server = Server::start(|_| answer(200, &[], "secret"));
    let mut grant = grant(&server);
    grant.private_hosts = patterns(&["other.test"]);
    let error = client(config()).fetcher(grant).get(&server.url("/"), FetchKind::Named).unwrap_err();
    assert_eq!(error.code(), "blocked-address");
    assert!(error.to_string().contains("127.0.0.1") && error.to_string().contains("loopback"), "{error}");
    assert!(error.hint().contains("[fetch] private-hosts = [\"feeds.test\"]"), "{}", error.hint());
    assert_eq!(HttpError::from(error), HttpError::BlockedAddress("feeds.test (loopback)".into()));
    assert!(server.asked().is_empty());
    // The operator's list for all feeds opens it as well.
    let open = FetchConfig { private_hosts: patterns(&["127.0.0.0/8"]), ..config() };
    let grant = Grant { private_hosts: Vec::new(), ..super::grant(&server) };
    assert_eq!(code(client(open).fetcher(grant).get(&server.url("/"), FetchKind::Named)), "fine");
}

#[test]
fn every_redirect_is_checked_like_a_first_request() {
    let server = Server::start(|asked| match asked.target.split_once("to=") {
        Some((_, to)) => redirect(to),
        None => answer(200, &[], "arrived"),
    });
    let cases = [
        (format!("http://other.test:{}/there", server.port), "fine"),
        ("/here".into(), "fine"),
        (format!("http://127.0.0.1:{}/", server.port), "blocked-address"),
        (format!("http://2130706433:{}/", server.port), "blocked-address"),
        (format!("http://[::ffff:127.0.0.1]:{}/", server.port), "blocked-address"),
        ("http://169.254.169.254/latest/meta-data/".into(), "blocked-address"),
        ("http://[fd00:ec2::254]/".into(), "blocked-address"),
        ("http://elsewhere.test/".into(), "not-granted"),
        (format!("http://feeds.test:{}/", server.port ^ 1), "port-not-granted"),
        ("file:///etc/passwd".into(), "scheme-not-granted"),
        ("javascript:alert(1)".into(), "scheme-not-granted"),
        (format!("http://user:pass@feeds.test:{}/", server.port), "invalid-request"),
        ("http://".into(), "broken-response"),
    ];
    for (to, expected) in cases {
        assert_eq!(code(get(&server, &format!("/?to={to}"))), expected, "{to}");
    }
    let beyond = server.asked().iter().filter(|asked| !asked.target.contains("to=")).count();
    assert_eq!(beyond, 2, "only the two that may be reached were");
}

#[test]
fn redirects_that_do_not_end_are_given_up() {
    let server = Server::start(|asked| match asked.target.as_str() {
        "/a" => answer(301, &[("location", "/b")], ""),
        "/b" => answer(308, &[("location", "/a")], ""),
        "/self" => redirect("/self#part"),
        path => redirect(&format!("/{}", path[1..].parse::<u32>().unwrap() + 1)),
    });
    let error = get(&server, "/a").unwrap_err();
    assert_eq!(error.code(), "redirect-loop");
    assert!(error.to_string().contains("/a"), "{error}");
    assert_eq!(server.targets(), ["/a", "/b"]);
    assert_eq!(code(get(&server, "/self")), "redirect-loop");
    let before = server.asked().len();
    assert_eq!(code(get(&server, "/0")), "too-many-redirects");
    assert_eq!(server.asked().len() - before, config().max_redirects + 1);
}

#[test]
fn a_name_that_changes_its_address_gains_nothing() {
    let inside = Server::start(|_| answer(200, &[], "inside"));
    // The first answer may be reached and nobody listens there; the second is what the attacker is after.
    let names = Names::default().with("rebind.test", &[&["127.0.0.2"], &["127.0.0.1"]]);
    let names = Arc::new(names);
    let mut grant = grant(&inside);
    (grant.hosts, grant.private_hosts) = (patterns(&["rebind.test"]), patterns(&["127.0.0.2"]));
    let fetcher = Client::with_names(config(), names.clone()).unwrap().fetcher(grant);
    let error = fetcher.get(&format!("http://rebind.test:{}/", inside.port), FetchKind::Named).unwrap_err();
    assert_eq!(error.code(), "blocked-address");
    assert_eq!(names.lookups("rebind.test"), 2, "one for each connection: what was checked is what is used");
    assert!(inside.asked().is_empty());
}

#[test]
fn of_several_addresses_only_the_allowed_ones_are_used() {
    let allowed = Server::start_at("127.0.0.2".parse().unwrap(), |_| answer(200, &[], "allowed"));
    let names = Names::default().with("mixed.test", &[&["127.0.0.1", "127.0.0.2", "169.254.169.254"]]);
    let mut grant = grant(&allowed);
    (grant.hosts, grant.private_hosts) = (patterns(&["mixed.test"]), patterns(&["127.0.0.2/32"]));
    let fetcher = Client::with_names(config(), Arc::new(names)).unwrap().fetcher(grant);
    let fetched = fetcher.get(&format!("http://mixed.test:{}/", allowed.port), FetchKind::Named).unwrap();
    assert_eq!(fetched.document.bytes, b"allowed");
}

#[test]
fn a_kept_connection_is_not_lent_to_a_feed_that_could_not_make_it() {
    let server = Server::start(|_| {
        let mut steps = answer(200, &[], "inside");
        steps.push(Step::KeepOpen);
        steps
    });
    let names = Arc::new(Names::default());
    let client = Client::with_names(config(), names.clone()).unwrap();
    let named = client.fetcher(grant(&server));
    for _ in 0..2 {
        assert_eq!(code(named.get(&server.url("/"), FetchKind::Named)), "fine");
    }
    assert_eq!(names.lookups("feeds.test"), 1, "the connection is kept");
    let other = client.fetcher(Grant { private_hosts: Vec::new(), ..grant(&server) });
    assert_eq!(code(other.get(&server.url("/"), FetchKind::Named)), "blocked-address");
}

#[test]
fn encryption_needs_an_authority_that_the_operator_trusts() {
    let plain = Server::start(|_| answer(200, &[], "plain"));
    let down = plain.url("/");
    let server = Server::start_encrypted(move |asked| match asked.target.as_str() {
        "/down" => redirect(&down),
        _ => answer(200, &[], "encrypted"),
    });
    let url = |path: &str| format!("https://feeds.test:{}{path}", server.port);
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, include_bytes!("data/authority.pem")).unwrap();
    let trusting = FetchConfig { ca_files: vec![authority.clone()], ..config() };
    let strict = Grant { allow_http: false, ports: vec![server.port, plain.port], ..grant(&server) };

    let fetcher = client(trusting.clone()).fetcher(strict.clone());
    assert_eq!(fetcher.get(&url("/"), FetchKind::Named).unwrap().document.bytes, b"encrypted");
    assert_eq!(code(fetcher.get(&url("/down"), FetchKind::Named)), "scheme-not-granted");
    assert!(plain.asked().is_empty());
    let lax = client(trusting).fetcher(Grant { allow_http: true, ..strict.clone() });
    assert_eq!(lax.get(&url("/down"), FetchKind::Named).unwrap().document.bytes, b"plain");

    let error = client(config()).fetcher(strict).get(&url("/"), FetchKind::Named).unwrap_err();
    assert_eq!(error.code(), "tls", "{error}");
    assert!(error.hint().contains("ca-files"));

    std::fs::write(&authority, "no certificate").unwrap();
    let Err(error) = Client::new(FetchConfig { ca_files: vec![authority], ..config() }) else { panic!("accepted") };
    assert_eq!(error.code(), "fetch-configuration");
}

#[test]
fn only_a_configured_proxy_is_used_and_it_resolves_the_names() {
    let proxy = Server::start(|_| answer(200, &[], "by way of the proxy"));
    let names = Arc::new(Names::default());
    let through = FetchConfig { proxy: Some(format!("http://proxy.test:{}", proxy.port)), ..config() };
    let grant = Grant { hosts: vec![HostPattern::Any], allow_http: true, ..Grant::default() };
    let fetcher = Client::with_names(through, names.clone()).unwrap().fetcher(grant);
    let fetched = fetcher.get("http://feeds.example.org/feed", FetchKind::Named).unwrap();
    assert_eq!(fetched.document.bytes, b"by way of the proxy");
    assert_eq!(proxy.targets(), ["http://feeds.example.org/feed"]);
    assert_eq!((names.lookups("feeds.example.org"), names.lookups("proxy.test")), (0, 1));
    assert_eq!(code(fetcher.get("http://169.254.169.254/", FetchKind::Named)), "blocked-address");
}

/// Set for the child that the test below starts: the address to fetch.
const ADDRESS: &str = "HUNTSMITH_TEST_ADDRESS";

/// Not a test of its own: a process with proxy settings in its environment.
#[test]
fn child_with_a_proxy_in_its_environment() {
    let Ok(url) = std::env::var(ADDRESS) else { return };
    let port = url::Url::parse(&url).unwrap().port().unwrap();
    let named = patterns(&["feeds.test"]);
    let grant =
        Grant { hosts: named.clone(), private_hosts: named, allow_http: true, ports: vec![port], ..Grant::default() };
    assert_eq!(client(config()).fetcher(grant).get(&url, FetchKind::Named).unwrap().document.bytes, b"direct");
}

#[test]
fn the_environment_does_not_choose_a_proxy() {
    let (direct, proxy) =
        (Server::start(|_| answer(200, &[], "direct")), Server::start(|_| answer(200, &[], "caught")));
    let module = module_path!().split_once("::").unwrap().1;
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args([&format!("{module}::child_with_a_proxy_in_its_environment"), "--exact"]).env(ADDRESS, direct.url("/"));
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(name, format!("http://127.0.0.1:{}", proxy.port));
    }
    assert!(child.output().unwrap().status.success());
    assert_eq!((direct.asked().len(), proxy.asked().len()), (1, 0));
}
