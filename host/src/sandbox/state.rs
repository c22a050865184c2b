//! What a store holds beside the guest: its limits, its clock, its log, its open responses.

use super::error::{Code, Fault};
use super::log::LogRecorder;
use crate::model::{BODY_READ_MAX, BodyReader, HttpAllowance, HttpClient, HttpError, HttpRequest, PluginId};
use crate::plugin::manifest::Limits;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The most responses that a call may hold open at once.
const OPEN_BODIES: usize = 64;

/// What `data.read` answers.
pub(crate) enum DataAccess {
    /// In `init`: the declared names, each with its bytes where the host has them.
    Init(BTreeMap<String, Option<Vec<u8>>>),
    /// In every call.
    Closed,
}

/// The data of a store.
pub(crate) struct State {
    pub plugin: PluginId,
    pub meter: Meter,
    pub log: LogRecorder,
    pub data: DataAccess,
    pub clock: Clock,
    pub http: HttpUse,
}

impl State {
    pub fn new(plugin: PluginId, limits: &Limits, data: DataAccess) -> Self {
        Self {
            plugin,
            meter: Meter::new(limits.memory_mib),
            log: LogRecorder::new(limits.log_lines),
            data,
            clock: Clock::start(Duration::from_millis(limits.deadline_ms)),
            http: HttpUse::none(),
        }
    }

    /// Makes the store ready for another call (a warm instance): memory stays as it is, the rest begins anew.
    pub fn begin(&mut self, limits: &Limits) {
        self.log = LogRecorder::new(limits.log_lines);
        self.clock = Clock::start(Duration::from_millis(limits.deadline_ms));
        self.http = HttpUse::none();
    }

    pub fn grant_http(&mut self, client: Option<Arc<dyn HttpClient>>, limits: &Limits) {
        self.http = HttpUse {
            client,
            calls: limits.http_calls,
            bytes: limits.http_bytes,
            time: Duration::from_millis(limits.http_ms),
            bodies: BTreeMap::new(),
            next: 0,
        };
    }

    /// `data.read`.
    pub fn read_data(&self, name: &str) -> Result<&[u8], String> {
        match &self.data {
            DataAccess::Closed => Err("data is read in `init` only".into()),
            DataAccess::Init(data) => match data.get(name) {
                Some(Some(bytes)) => Ok(bytes),
                Some(None) => Err(format!("the host does not have the data `{name}`")),
                None => Err(format!("the manifest does not name the data `{name}`")),
            },
        }
    }

    /// `http.fetch`: the response, and under which number its body is kept.
    pub fn fetch(&mut self, request: HttpRequest) -> Result<Fetched, HttpError> {
        let Some(client) = self.http.client.clone() else {
            return Err(HttpError::Failed("the network does not answer in this call".into()));
        };
        if self.http.calls == 0 {
            return Err(HttpError::LimitReached("calls".into()));
        }
        if self.http.bodies.len() >= OPEN_BODIES {
            return Err(HttpError::InvalidRequest(format!(
                "{OPEN_BODIES} responses are open: drop those that are read"
            )));
        }
        self.http.calls -= 1;
        let allowance = self.http.allowance()?;
        let began = Instant::now();
        let answer = client.fetch(&self.plugin, request, allowance);
        self.spend(began);
        let response = answer?;
        let number = self.http.next;
        self.http.next += 1;
        self.http.bodies.insert(number, response.body);
        Ok(Fetched { status: response.status, url: response.url, headers: response.headers, body: number })
    }

    /// `body.read`.
    pub fn read_body(&mut self, number: u32, max: u32) -> Result<Vec<u8>, HttpError> {
        let allowance = self.http.allowance()?;
        let max = (max as usize).min(BODY_READ_MAX);
        let Some(body) = self.http.bodies.get_mut(&number) else {
            return Err(HttpError::InvalidRequest("this body is not open".into()));
        };
        let began = Instant::now();
        let answer = body.read(max, allowance);
        self.spend(began);
        let bytes = answer?;
        match self.http.bytes.checked_sub(bytes.len() as u64) {
            Some(left) if bytes.len() <= max => self.http.bytes = left,
            _ => {
                self.http.bytes = 0;
                return Err(HttpError::LimitReached("bytes".into()));
            }
        }
        Ok(bytes)
    }

    pub fn drop_body(&mut self, number: u32) {
        self.http.bodies.remove(&number);
    }

    /// Time in the network counts against `http-ms` and not against the guest's own deadline.
    fn spend(&mut self, began: Instant) {
        let took = began.elapsed();
        self.http.time = self.http.time.saturating_sub(took);
        self.clock.elsewhere += took;
    }
}

/// A response whose body is kept under a number.
pub(crate) struct Fetched {
    pub status: u16,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: u32,
}

/// What is left of the network for this call.
pub(crate) struct HttpUse {
    client: Option<Arc<dyn HttpClient>>,
    calls: u32,
    bytes: u64,
    time: Duration,
    bodies: BTreeMap<u32, Box<dyn BodyReader>>,
    next: u32,
}

impl HttpUse {
    fn none() -> Self {
        Self { client: None, calls: 0, bytes: 0, time: Duration::ZERO, bodies: BTreeMap::new(), next: 0 }
    }

    fn allowance(&self) -> Result<HttpAllowance, HttpError> {
        match (self.bytes, self.time) {
            (0, _) => Err(HttpError::LimitReached("bytes".into())),
            (_, Duration::ZERO) => Err(HttpError::LimitReached("time".into())),
            (bytes, time) => Ok(HttpAllowance { bytes, time }),
        }
    }
}

/// How long the guest has worked for itself.
pub(crate) struct Clock {
    began: Instant,
    /// Spent in the network on the guest's behalf.
    elsewhere: Duration,
    deadline: Duration,
}

impl Clock {
    fn start(deadline: Duration) -> Self {
        Self { began: Instant::now(), elsewhere: Duration::ZERO, deadline }
    }

    /// Time until the deadline; none where it has passed.
    pub fn left(&self) -> Option<Duration> {
        let own = self.began.elapsed().saturating_sub(self.elsewhere);
        self.deadline.checked_sub(own).filter(|left| !left.is_zero())
    }

    /// Begins anew with the same deadline.
    pub fn rewind(&mut self) {
        *self = Self::start(self.deadline);
    }

    pub fn fault(&self) -> Fault {
        Fault::new(Code::Deadline, format!("the plugin worked longer than its {} ms", self.deadline.as_millis()))
    }
}

/// Sums memories and tables over all core instances of the component.
pub(crate) struct Meter {
    used: usize,
    limit: usize,
}

/// Bytes of one element of a table.
const TABLE_ELEMENT: usize = size_of::<usize>();

impl Meter {
    fn new(memory_mib: u64) -> Self {
        Self { used: 0, limit: usize::try_from(memory_mib << 20).unwrap_or(usize::MAX) }
    }

    /// For the preparing child, whose instrumented component needs a page more for each memory.
    pub fn allow_more(&mut self, bytes: usize) {
        self.limit = self.limit.saturating_add(bytes);
    }

    fn grow(&mut self, current: usize, desired: usize, what: &str) -> wasmtime::Result<bool> {
        let used = self.used.saturating_sub(current).saturating_add(desired);
        if used > self.limit {
            return Err(wasmtime::Error::new(Fault::new(
                Code::Memory,
                format!("growing {what} to {desired} bytes takes the plugin over its {} MiB", self.limit >> 20),
            )));
        }
        self.used = used;
        Ok(true)
    }
}

impl wasmtime::ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, "a memory")
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(wasmtime::Error::new(Fault::new(Code::Memory, format!("a memory could not grow: {error}"))))
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current.saturating_mul(TABLE_ELEMENT), desired.saturating_mul(TABLE_ELEMENT), "a table")
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(wasmtime::Error::new(Fault::new(Code::Memory, format!("a table could not grow: {error}"))))
    }
}
