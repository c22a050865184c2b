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
    let keep = if all.len() > 10_000 { all.len() / 2 } else { all.len() };
    stream.write_all(&all[..keep])
}
