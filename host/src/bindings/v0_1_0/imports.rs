//! What the host offers to a guest of this minor: log, data and http, each a thin way into the store's state.

use super::generated::huntsmith::host::{data, http, log};
use crate::model::{HttpError, HttpRequest};
use crate::plugin::manifest::World;
use crate::sandbox::log::LogLevel;
use crate::sandbox::state::State;
use wasmtime::StoreContextMut;
use wasmtime::component::{HasSelf, Linker, Resource, WasmStr};

/// Adds the imports of a world to its linker, and nothing else: no clock, no randomness, no files.
pub(crate) fn add_to_linker(linker: &mut Linker<State>, world: World) -> wasmtime::Result<()> {
    // By hand: a message over the number of lines is not even read out of the guest's memory.
    linker.instance("huntsmith:host/log@0.1.0")?.func_wrap(
        "write",
        |mut store: StoreContextMut<'_, State>, (level, message): (log::Level, WasmStr)| {
            if store.data().log.is_full() {
                store.data_mut().log.drop_one();
                return Ok(());
            }
            let message = crate::sandbox::log::clean(&message.to_str(&store)?);
            let level = match level {
                log::Level::Debug => LogLevel::Debug,
                log::Level::Info => LogLevel::Info,
                log::Level::Warn => LogLevel::Warn,
                log::Level::Error => LogLevel::Error,
            };
            store.data_mut().log.record(level, message);
            Ok(())
        },
    )?;
    data::add_to_linker::<State, HasSelf<State>>(linker, |state| state)?;
    if world == World::FeedSource {
        http::add_to_linker::<State, HasSelf<State>>(linker, |state| state)?;
    }
    Ok(())
}

impl data::Host for State {
    fn read(&mut self, name: String) -> wasmtime::Result<Result<Vec<u8>, String>> {
        Ok(self.read_data(&name).map(<[u8]>::to_vec))
    }
}

impl http::Host for State {
    fn fetch(&mut self, request: http::Request) -> wasmtime::Result<Result<http::Response, http::HttpError>> {
        let request = HttpRequest {
            method: request.method,
            url: request.url,
            headers: request.headers.into_iter().map(|header| (header.name, header.value)).collect(),
            body: request.body,
            secret: request.secret,
        };
        Ok(self.fetch(request).map_err(Into::into).map(|answer| http::Response {
            status: answer.status,
            url: answer.url,
            headers: answer.headers.into_iter().map(|(name, value)| http::Header { name, value }).collect(),
            body: Resource::new_own(answer.body),
        }))
    }
}

impl http::HostBody for State {
    fn read(&mut self, body: Resource<http::Body>, max: u32) -> wasmtime::Result<Result<Vec<u8>, http::HttpError>> {
        Ok(self.read_body(body.rep(), max).map_err(Into::into))
    }

    fn drop(&mut self, body: Resource<http::Body>) -> wasmtime::Result<()> {
        self.drop_body(body.rep());
        Ok(())
    }
}

impl From<HttpError> for http::HttpError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::NotGranted(host) => Self::NotGranted(host),
            HttpError::BlockedAddress(address) => Self::BlockedAddress(address),
            HttpError::Offline(address) => Self::Offline(address),
            HttpError::RateLimited(seconds) => Self::RateLimited(seconds),
            HttpError::TimedOut => Self::TimedOut,
            HttpError::TooLarge(cap) => Self::TooLarge(cap),
            HttpError::LimitReached(which) => Self::LimitReached(which),
            HttpError::InvalidRequest(why) => Self::InvalidRequest(why),
            HttpError::Failed(why) => Self::Failed(why),
        }
    }
}
