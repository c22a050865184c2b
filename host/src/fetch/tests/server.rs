//! A small HTTP server on the loopback interface that does as each test says, misbehaviour included.

use crate::fetch::{Addresses, NameResolver};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// As in the request line.
    pub target: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    /// How many requests with this target were there before.
    pub before: usize,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What the server does for an answer, in order; then it closes, unless told to keep the connection.
#[derive(Clone)]
pub enum Step {
    Send(Vec<u8>),
    Pause(Duration),
    /// Again and again until the client goes away.
    Endless(Vec<u8>),
    KeepOpen,
}

pub type Answer = Vec<Step>;

/// A complete response.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
    let body = body.as_ref();
    let mut bytes = head(status, headers);
    bytes.truncate(bytes.len() - 2);
    bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).bytes());
    bytes.extend(body);
    vec![Step::Send(bytes)]
}

/// The head of a response whose body ends with the connection.
pub fn head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {status} Whatever\r\n{headers}\r\n").into_bytes()
}

pub fn redirect(to: &str) -> Answer {
    answer(302, &[("location", to)], "")
}

pub struct Server {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    most_at_once: Arc<AtomicUsize>,
}

type Handler = dyn Fn(&Asked) -> Answer + Send + Sync;

impl Server {
    pub fn start(handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Server {
        Self::listen(Ipv4Addr::LOCALHOST.into(), None, Arc::new(handler))
    }

    pub fn start_at(address: IpAddr, handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Server {
        Self::listen(address, None, Arc::new(handler))
    }

    /// With the certificate of `data/`.
    pub fn start_encrypted(handler: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Server {
        use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
        let certificate = CertificateDer::from_pem_slice(include_bytes!("data/server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("data/server.key")).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config =
            rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        Self::listen(Ipv4Addr::LOCALHOST.into(), Some(Arc::new(config)), Arc::new(handler))
    }

    fn listen(address: IpAddr, tls: Option<Arc<rustls::ServerConfig>>, handler: Arc<Handler>) -> Server {
        let listener = TcpListener::bind((address, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Server { port, asked: Arc::default(), most_at_once: Arc::default() };
        let (asked, most, now) = (server.asked.clone(), server.most_at_once.clone(), Arc::new(AtomicUsize::new(0)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, most, now, handler) = (asked.clone(), most.clone(), now.clone(), handler.clone());
                let tls = tls.clone();
                std::thread::spawn(move || {
                    let Some(mut stream) = plain_or_encrypted(stream, tls) else { return };
                    while let Some(request) = read_request(&mut stream, &asked) {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        let open = play(&mut stream, announced(handler(&request)));
                        now.fetch_sub(1, Ordering::SeqCst);
                        if !open {
                            return;
                        }
                    }
                });
            }
        });
        server
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The targets that were asked for, in order.
    pub fn targets(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.target).collect()
    }

    pub fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://feeds.test:{}{path}", self.port)
    }
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

fn plain_or_encrypted(stream: TcpStream, tls: Option<Arc<rustls::ServerConfig>>) -> Option<Box<dyn Stream>> {
    match tls {
        None => Some(Box::new(stream)),
        Some(config) => {
            let connection = rustls::ServerConnection::new(config).ok()?;
            Some(Box::new(rustls::StreamOwned::new(connection, stream)))
        }
    }
}

fn read_request(stream: &mut Box<dyn Stream>, all: &Mutex<Vec<Asked>>) -> Option<Asked> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.extend(byte);
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: BTreeMap<_, _> =
        lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())).collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let mut all = all.lock().unwrap();
    let before = all.iter().filter(|asked| asked.target == target).count();
    let asked = Asked { method, target, headers, body, before };
    all.push(asked.clone());
    Some(asked)
}

/// With the end of the connection announced where it comes: a client that does not know of it may send its next request
/// into the closing connection, and again.
fn announced(mut answer: Answer) -> Answer {
    let stays = answer.iter().any(|step| matches!(step, Step::KeepOpen));
    if let Some(Step::Send(bytes)) = answer.first_mut().filter(|_| !stays)
        && bytes.starts_with(b"HTTP/1.1 ")
        && let Some(line) = bytes.windows(2).position(|pair| pair == b"\r\n")
    {
        bytes.splice(line + 2..line + 2, *b"connection: close\r\n");
    }
    answer
}

/// Whether the connection stays open.
fn play(stream: &mut Box<dyn Stream>, steps: Answer) -> bool {
    for step in steps {
        let done = match step {
            Step::Send(bytes) => stream.write_all(&bytes).and_then(|()| stream.flush()),
            Step::Pause(time) => {
                std::thread::sleep(time);
                Ok(())
            }
            Step::Endless(bytes) => loop {
                if let Err(gone) = stream.write_all(&bytes) {
                    break Err(gone);
                }
            },
            Step::KeepOpen => return true,
        };
        if done.is_err() {
            return false;
        }
    }
    let _ = stream.flush();
    false
}

/// Names of our own: what a name's nth lookup gives; everything else under `.test` is 127.0.0.1.
#[derive(Default)]
pub struct Names {
    answers: BTreeMap<String, Vec<Vec<IpAddr>>>,
    lookups: Mutex<Vec<String>>,
}

impl Names {
    /// The answers of `host`, one lookup after the other; the last one stays.
    pub fn with(mut self, host: &str, answers: &[&[&str]]) -> Self {
        let parse = |list: &&[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect();
        self.answers.insert(host.into(), answers.iter().map(parse).collect());
        self
    }

    pub fn lookups(&self, host: &str) -> usize {
        self.lookups.lock().unwrap().iter().filter(|name| *name == host).count()
    }
}

impl NameResolver for Names {
    fn resolve(&self, host: &str) -> Addresses {
        let mut lookups = self.lookups.lock().unwrap();
        let before = lookups.iter().filter(|name| *name == host).count();
        lookups.push(host.to_owned());
        let found = match self.answers.get(host) {
            Some(answers) => Ok(answers[before.min(answers.len() - 1)].clone()),
            None if host.ends_with(".test") => Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
            None => Err(std::io::Error::other("no such name")),
        };
        Box::pin(std::future::ready(found))
    }
}
