//! Lets the pre-initialiser read a component's memories and globals out of a store, without wasmtime's async support:
//! nothing here waits, so its futures are ready at the first poll.

use crate::sandbox::state::State;
use std::future::Future;
use std::task::{Context, Poll, Waker};
use wasmtime::Store;
use wasmtime::component::{ComponentNamedList, Instance, Lift, WasmList};
use wasmtime_wizer::ComponentInstanceState;

/// An initialised instance of an instrumented component.
pub(super) struct Initialised<'a> {
    pub store: &'a mut Store<State>,
    pub instance: Instance,
    /// The first access that failed.
    pub failed: Option<wasmtime::Error>,
}

impl Initialised<'_> {
    fn get<R>(&mut self, instance: &str, function: &str) -> wasmtime::Result<R>
    where
        (R,): ComponentNamedList + Lift + 'static,
    {
        let missing = || wasmtime::Error::msg("the instrumented component lacks an accessor");
        let (_, instance) = self.instance.get_export(&mut *self.store, None, instance).ok_or_else(missing)?;
        let (_, function) =
            self.instance.get_export(&mut *self.store, Some(&instance), function).ok_or_else(missing)?;
        let function = self.instance.get_typed_func::<(), (R,)>(&mut *self.store, function)?;
        Ok(function.call(&mut *self.store, ())?.0)
    }

    fn value<R, V: Default>(&mut self, instance: &str, function: &str, read: impl FnOnce(R) -> V) -> V
    where
        (R,): ComponentNamedList + Lift + 'static,
    {
        match self.get(instance, function) {
            Ok(value) => read(value),
            Err(error) => {
                self.failed.get_or_insert(error);
                V::default()
            }
        }
    }
}

impl ComponentInstanceState for Initialised<'_> {
    async fn call_func_ret_list_u8(&mut self, instance: &str, func: &str, contents: impl FnOnce(&[u8]) + Send) {
        match self.get::<WasmList<u8>>(instance, func) {
            Ok(list) => contents(list.as_le_slice(&*self.store)),
            Err(error) => {
                self.failed.get_or_insert(error);
                contents(&[]);
            }
        }
    }

    async fn call_func_ret_s32(&mut self, instance: &str, func: &str) -> i32 {
        self.value(instance, func, |value: i32| value)
    }

    async fn call_func_ret_s64(&mut self, instance: &str, func: &str) -> i64 {
        self.value(instance, func, |value: i64| value)
    }

    async fn call_func_ret_f32(&mut self, instance: &str, func: &str) -> u32 {
        self.value(instance, func, f32::to_bits)
    }

    async fn call_func_ret_f64(&mut self, instance: &str, func: &str) -> u64 {
        self.value(instance, func, f64::to_bits)
    }
}

/// The result of a future that never waits.
pub(super) fn ready<F: Future>(future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
