//! Servers that are slow, endless, broken, or send bombs.

use super::*;
use std::io::Write;
use std::time::Instant;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn code_of(server: &Server, config: FetchConfig) -> &'static str {
    fetcher(server, config).get(&server.url("/"), FetchKind::Named).map_or_else(|error| error.code(), |_| "fine")
}

#[test]
fn a_server_that_does_not_answer_is_given_up_in_time() {
    let server = Server::start(|_| vec![Step::Pause(Duration::from_secs(5))]);
    let start = Instant::now();
    assert_eq!(code_of(&server, FetchConfig { total_seconds: 0.3, ..config() }), "timed-out");
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[test]
fn a_body_that_stalls_is_given_up_after_the_pause_that_is_allowed() {
    let server = Server::start(|_| {
        vec![
            Step::Send(head(200, &[("content-length", "100")])),
            Step::Send(b"abc".to_vec()),
            Step::Pause(Duration::from_secs(5)),
        ]
    });
    let start = Instant::now();
    assert_eq!(code_of(&server, FetchConfig { read_seconds: 0.2, attempts: 1, ..config() }), "timed-out");
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[test]
fn a_body_in_drops_is_bounded_by_the_whole_time() {
    let server = Server::start(|_| {
        let drop = [Step::Send(b"x".to_vec()), Step::Pause(Duration::from_millis(50))];
        let head = [Step::Send(head(200, &[("content-length", "1000")]))];
        head.into_iter().chain(drop.into_iter().cycle().take(2_000)).collect()
    });
    let start = Instant::now();
    assert_eq!(code_of(&server, FetchConfig { total_seconds: 0.5, ..config() }), "timed-out");
    assert!(start.elapsed() < Duration::from_secs(4));
}

#[test]
fn a_plugin_meets_its_own_limits_under_their_own_names() {
    let server = Server::start(|asked| match asked.target.as_str() {
        "/slow" => vec![Step::Pause(Duration::from_secs(5))],
        _ => answer(200, &[], vec![b'a'; 5_000]),
    });
    let fetcher = fetcher(&server, config());
    let fetch = |path: &str, allowance| fetcher.fetch(&plugin(), request(&server.url(path)), allowance).err();
    let little_time = HttpAllowance { time: Duration::from_millis(200), ..PLENTY };
    assert_eq!(fetch("/slow", little_time), Some(HttpError::LimitReached("time".into())));
    let few_bytes = HttpAllowance { bytes: 4_999, ..PLENTY };
    assert_eq!(fetch("/", few_bytes), Some(HttpError::LimitReached("bytes".into())));
    assert_eq!(fetch("/", HttpAllowance { bytes: 5_000, ..PLENTY }), None);
}

#[test]
fn an_endless_body_ends_at_the_cap() {
    let server = Server::start(|_| vec![Step::Send(head(200, &[])), Step::Endless(vec![b'a'; 64 << 10])]);
    let error = fetcher(&server, FetchConfig { max_bytes: 3 << 20, ..config() });
    let error = error.get(&server.url("/"), FetchKind::Named).unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { cap: 3_145_728, .. }), "{error}");
    assert_eq!(code_of(&server, FetchConfig { max_wire_bytes: 1 << 20, ..config() }), "too-large");
    assert_eq!(server.asked().len(), 2, "too much is not asked for again");
}

#[test]
fn endless_headers_and_no_http_at_all_are_broken_responses() {
    let endless =
        Server::start(|_| vec![Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Endless(b"x-a: b\r\n".to_vec())]);
    assert_eq!(code_of(&endless, FetchConfig { attempts: 1, ..config() }), "broken-response");
    let other = Server::start(|_| vec![Step::Send(b"SSH-2.0-OpenSSH_9.0\r\n\r\n".to_vec())]);
    assert_eq!(code_of(&other, FetchConfig { attempts: 1, ..config() }), "broken-response");
}

#[test]
fn a_truncated_body_is_asked_for_again_and_never_used() {
    let server = Server::start(|asked| match asked.before {
        0 => vec![Step::Send(head(200, &[("content-length", "10")])), Step::Send(b"half".to_vec())],
        _ => answer(200, &[], "whole text"),
    });
    assert_eq!(get(&server, "/").unwrap().document.bytes, b"whole text");
    assert_eq!(server.asked().len(), 2);
    let always =
        Server::start(|_| vec![Step::Send(head(200, &[("content-length", "10")])), Step::Send(b"half".to_vec())]);
    assert_eq!(code_of(&always, config()), "broken-response");
    assert_eq!(always.asked().len(), config().attempts as usize);
}

#[test]
fn compressed_bodies_are_unpacked() {
    let text = "All work and no play. ".repeat(1_000);
    let mut brotli = Vec::new();
    let zstd = zstd::encode_all(text.as_bytes(), 3).unwrap();
    // A brotli stream of one stored block each 64 KiB (RFC 7932, 9.2), so that no encoder is needed.
    brotli.extend(stored_brotli(text.as_bytes()));
    let two_members = [gzip(&text.as_bytes()[..100]), gzip(&text.as_bytes()[100..])].concat();
    for (encoding, bytes) in [
        ("gzip", gzip(text.as_bytes())),
        ("GZIP", two_members),
        ("br", brotli),
        ("zstd", zstd),
        ("identity", text.clone().into()),
    ] {
        let server = Server::start(move |_| answer(200, &[("content-encoding", encoding)], &bytes));
        assert_eq!(get(&server, "/").unwrap().document.bytes, text.as_bytes(), "{encoding}");
    }
    let empty = Server::start(|_| answer(200, &[("content-encoding", "gzip")], ""));
    assert_eq!(get(&empty, "/").unwrap().document.bytes, b"");
}

/// Uncompressed meta-blocks: the window bits `0`, then ISLAST 0, MNIBBLES 4, MLEN-1, ISUNCOMPRESSED 1; at the end `3`.
fn stored_brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, chunk) in bytes.chunks(1 << 16).enumerate() {
        let header = ((chunk.len() - 1) as u32) << 3 | 1 << 19;
        // The stream's first bit is the window size; later blocks start on a byte.
        let (header, bits): (u32, u32) = if index == 0 { (header << 1, 21) } else { (header, 20) };
        out.extend(&header.to_le_bytes()[..bits.div_ceil(8) as usize]);
        out.extend(chunk);
    }
    out.push(3);
    out
}

#[test]
fn a_bomb_is_stopped_at_the_cap_and_half_an_archive_is_broken() {
    let bomb = gzip(&vec![0; 200 << 20]);
    assert!(bomb.len() < 300_000);
    let zstd_bomb = zstd::encode_all(&vec![0; 200 << 20][..], 3).unwrap();
    let half = gzip(b"some text that will not arrive whole")[..30].to_vec();
    let half_zstd = zstd::encode_all(&b"some text that will not arrive whole"[..], 3).unwrap()[..20].to_vec();
    let half_brotli = stored_brotli(b"text")[..5].to_vec();
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("gzip", bomb, "too-large"),
        ("zstd", zstd_bomb, "too-large"),
        ("gzip", half, "broken-response"),
        ("zstd", half_zstd, "broken-response"),
        ("br", half_brotli, "broken-response"),
        ("gzip", b"not gzip at all".to_vec(), "broken-response"),
        ("gzip, gzip", gzip(&gzip(b"text")), "broken-response"),
        ("deflate", b"x".to_vec(), "broken-response"),
    ];
    for (encoding, bytes, expected) in cases {
        let server = Server::start(move |_| answer(200, &[("content-encoding", encoding)], &bytes));
        let start = Instant::now();
        assert_eq!(
            code_of(&server, FetchConfig { max_bytes: 2 << 20, attempts: 1, ..config() }),
            expected,
            "{encoding}"
        );
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn a_server_that_recovers_is_asked_again_and_a_post_is_not() {
    let server = Server::start(|asked| match asked.before {
        0 | 1 => answer(503, &[], "later"),
        _ => answer(200, &[], "now"),
    });
    assert_eq!(get(&server, "/a").unwrap().document.bytes, b"now");
    assert_eq!(server.asked().len(), 3);
    let mut post = request(&server.url("/b"));
    (post.method, post.body) = ("POST".into(), Some(Vec::new()));
    assert_eq!(fetch(&fetcher(&server, config()), post).unwrap().0, 503);
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn nobody_there_and_no_such_name_say_so() {
    let server = Server::start(|_| answer(200, &[], ""));
    let mut grant = grant(&server);
    (grant.hosts, grant.ports) = (vec![HostPattern::Any], vec![1]);
    let fetcher = client(config()).fetcher(grant);
    let code = |url: &str| fetcher.get(url, FetchKind::Named).unwrap_err().code();
    assert_eq!(code("http://feeds.test:1/"), "no-connection");
    assert_eq!(code("http://nowhere.invalid/"), "name-not-found");
}
