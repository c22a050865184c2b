//! A small web site on the loopback interface whose pages a test can change; it answers conditional requests.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What stands at a path: status, media type, body.
type Pages = BTreeMap<String, (u16, &'static str, String)>;

/// The site; its thread ends with the process.
pub struct Site {
    pub port: u16,
    pages: Arc<Mutex<Pages>>,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
}

impl Site {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let site = Self { port, pages: Arc::default(), asked: Arc::default() };
        let (pages, asked) = (site.pages.clone(), site.asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (pages, asked) = (pages.clone(), asked.clone());
                // A client that was killed closes its end; that is no matter of the site's.
                std::thread::spawn(move || drop(answer(stream, &pages, &asked)));
            }
        });
        site
    }

    /// Puts a page at a path, in place of what was there.
    pub fn put(&self, path: &str, media_type: &'static str, body: impl Into<String>) {
        self.put_status(path, 200, media_type, body);
    }

    /// The same with a status.
    pub fn put_status(&self, path: &str, status: u16, media_type: &'static str, body: impl Into<String>) {
        self.pages.lock().expect("no panic").insert(path.into(), (status, media_type, body.into()));
    }

    /// Adds to the end of a page.
    pub fn append(&self, path: &str, more: &str) {
        if let Some((_, _, body)) = self.pages.lock().expect("no panic").get_mut(path) {
            body.push_str(more);
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Paths that were asked for since the last time, with the status of each answer.
    pub fn asked(&self) -> Vec<(String, u16)> {
        std::mem::take(&mut self.asked.lock().expect("no panic"))
    }

    /// A configuration in which these paths are feeds of one plugin, each with the path's own name: `/one.xml` is `one`.
    pub fn config(&self, plugin: &str, paths: &[&str]) -> String {
        let mut text = "[fetch]\nspacing-ms = 0\nper-host = 8\nattempts = 1\n".to_owned();
        for path in paths {
            let name = path.trim_start_matches('/').split('.').next().unwrap_or_default();
            text += &format!(
                "[feeds.{name}]\nplugin = \"{plugin}\"\nurl = \"{}\"\nallow-http = true\nports = [{}]\nprivate-hosts = [\"127.0.0.1\"]\n",
                self.url(path),
                self.port
            );
        }
        text
    }

    /// Puts an RSS feed of articles on this site: path, title, and text where the feed carries it.
    pub fn feed(&self, path: &str, items: &[(&str, &str, Option<&str>)]) {
        let items: String = items
            .iter()
            .map(|(page, title, text)| {
                let text = text.map(|text| format!("<content:encoded><![CDATA[{text}]]></content:encoded>"));
                let link = self.url(page);
                format!(
                    "<item><title>{title}</title><guid>{link}</guid><link>{link}</link>{}</item>",
                    text.unwrap_or_default()
                )
            })
            .collect();
        self.put(path, "application/rss+xml", format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>Site {path}</title>{items}</channel></rss>"
        ));
    }
}

fn answer(stream: TcpStream, pages: &Mutex<Pages>, asked: &Mutex<Vec<(String, u16)>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut condition) = (String::new(), None);
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("if-none-match")
        {
            condition = Some(value.trim().to_owned());
        }
    }
    let page = pages.lock().expect("no panic").get(&path).cloned();
    let (status, media_type, body) = page.unwrap_or((404, "text/plain", String::new()));
    let hash = body
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let tag = format!("\"{hash:016x}\"");
    let (status, body) = if condition == Some(tag.clone()) { (304, String::new()) } else { (status, body) };
    asked.lock().expect("no panic").push((path, status));
    let head =
        format!("HTTP/1.1 {status} Whatever\r\nContent-Type: {media_type}\r\nETag: {tag}\r\nConnection: close\r\n");
    let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    reader.into_inner().write_all(answer.as_bytes())
}
