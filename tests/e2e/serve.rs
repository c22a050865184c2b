//! A small HTTP/1.1 server on loopback for tests: a function answers each request, and what was asked is kept.

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A request, as far as the tests look at it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

/// What the server says.
pub struct Said {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Bytes of the body that are sent; the connection then ends.
    pub sent: usize,
}

impl Said {
    /// 200 with a body of a media type.
    pub fn ok(media_type: &str, body: impl Into<Vec<u8>>) -> Said {
        let body = body.into();
        Said { status: 200, headers: vec![("Content-Type".into(), media_type.into())], sent: body.len(), body }
    }

    /// A status without a body.
    pub fn status(status: u16) -> Said {
        Said { status, headers: vec![], body: vec![], sent: 0 }
    }
}

/// A running server; it ends with the test's process.
pub struct Server {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    scheme: &'static str,
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// The certificate of `tests/fixtures/tls`, which its authority signed for the loopback address.
fn encrypted() -> Arc<rustls::ServerConfig> {
    let file = |name: &str| std::fs::read(huntsmith_tests::root().join("tests/fixtures/tls").join(name)).unwrap();
    let certificate = CertificateDer::from_pem_slice(&file("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(&file("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}

impl Server {
    /// Starts answering.
    pub fn start(answer: impl Fn(&Asked) -> Said + Send + 'static) -> Server {
        Self::listen(None, answer)
    }

    /// The same over https.
    pub fn start_encrypted(answer: impl Fn(&Asked) -> Said + Send + 'static) -> Server {
        Self::listen(Some(encrypted()), answer)
    }

    fn listen(tls: Option<Arc<rustls::ServerConfig>>, answer: impl Fn(&Asked) -> Said + Send + 'static) -> Server {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be bound");
        let port = listener.local_addr().expect("it is bound").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let stream: Box<dyn Stream> = match &tls {
                    None => Box::new(stream),
                    Some(config) => {
                        let connection = rustls::ServerConnection::new(config.clone()).expect("a good configuration");
                        Box::new(rustls::StreamOwned::new(connection, stream))
                    }
                };
                let mut reader = BufReader::new(stream);
                let Some(request) = read(&mut reader) else { continue };
                let said = answer(&request);
                kept.lock().expect("no test panics while it is held").push(request);
                let mut head = format!(
                    "HTTP/1.1 {} X\r\nConnection: close\r\nContent-Length: {}\r\n",
                    said.status,
                    said.body.len()
                );
                said.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
                let mut stream = reader.into_inner();
                // A client that hangs up early is a result, not a failure of the test.
                let _ = stream
                    .write_all(head.as_bytes())
                    .and_then(|()| stream.write_all(b"\r\n"))
                    .and_then(|()| stream.write_all(&said.body[..said.sent]))
                    .and_then(|()| stream.flush());
            }
        });
        Server { port, asked, scheme }
    }

    /// What was asked so far; robots files left out.
    pub fn asked(&self) -> Vec<Asked> {
        let asked = self.asked.lock().expect("no test panics while it is held");
        asked.iter().filter(|asked| asked.path != "/robots.txt").cloned().collect()
    }

    /// An address at this server.
    pub fn url(&self, path: &str) -> String {
        format!("{}://127.0.0.1:{}{path}", self.scheme, self.port)
    }
}

fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 || line.trim().is_empty() {
            return Some(Asked { path, headers });
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
}
