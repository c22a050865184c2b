//! A real OCI registry on loopback (Debian's `docker-registry`), and a network in front of it that can fail.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The registry; it ends with the test.
pub struct Registry {
    child: Child,
    pub port: u16,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens at.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts one with its data in a folder, and waits until it answers.
pub fn start(folder: &Path) -> Registry {
    let port = free_port();
    let config = folder.join("registry.yml");
    let text = format!(
        "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}, delete: {{enabled: true}}}}\nhttp: {{addr: '127.0.0.1:{port}'}}\n",
        folder.join("registry").display()
    );
    std::fs::write(&config, text).unwrap();
    let child = Command::new("docker-registry")
        .arg("serve")
        .arg(&config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("docker-registry is installed (`cargo xtask setup --tools`)");
    let registry = Registry { child, port };
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "the registry does not answer");
        std::thread::sleep(Duration::from_millis(50));
    }
    registry
}

/// What a bad network does.
#[derive(Clone, Copy)]
pub enum Trouble {
    /// Every answer is a 500.
    Failing,
    /// Nothing is ever answered.
    Silent,
    /// Every answer comes, a byte at a time.
    Slow,
    /// Large answers break off in the middle.
    Cut,
}

/// A network in front of a registry, for as long as the test process lives; its port.
pub fn trouble(upstream: u16, trouble: Trouble) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming().flatten() {
            match trouble {
                Trouble::Silent => kept.push(stream),
                _ => drop(std::thread::spawn(move || answer(stream, upstream, trouble))),
            }
        }
    });
    port
}

/// One request, and the connection is closed.
fn answer(mut stream: TcpStream, upstream: u16, trouble: Trouble) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte)? > 0 {
        head.push(byte[0]);
    }
    if matches!(trouble, Trouble::Failing) {
        return stream
            .write_all(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops");
    }
    let head = String::from_utf8_lossy(&head).replacen("\r\n", "\r\nConnection: close\r\n", 1);
    let mut up = TcpStream::connect(("127.0.0.1", upstream))?;
    up.write_all(head.as_bytes())?;
    let mut all = Vec::new();
    up.read_to_end(&mut all)?;
    if matches!(trouble, Trouble::Slow) {
        return all.chunks(1).try_for_each(|byte| {
            std::thread::sleep(Duration::from_millis(100));
            stream.write_all(byte)
        });
    }
    let keep = if all.len() > 10_000 { all.len() / 2 } else { all.len() };
    stream.write_all(&all[..keep])
}

/// What a registry answered.
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// A header of it.
    pub fn header(&self, name: &str) -> Option<&str> {
        let line = |line: &&str| line.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(name));
        self.head.lines().find(line).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    }
}

/// A request by hand, as a client that knows nothing of ours.
pub fn ask(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
    headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("a head ends");
    let head = String::from_utf8_lossy(&all[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Answer { status, head, body: all[end + 4..].to_vec() }
}
