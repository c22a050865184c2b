//! A loaded plugin and its calls. Each call is bounded by the manifest's limits, answers the whole result or an error,
//! and leaves nothing behind for the next.

use super::Shared;
use super::check;
use super::error::{CallError, Code, Fault, Logged};
use super::log::LogLine;
use super::pool::Slots;
use super::state::{DataAccess, State};
use crate::bindings::v0_1_0::Lowering;
use crate::bindings::{Answer, Exports, Guest, Refused};
use crate::model::{
    Article, Artifact, CallContext, Classification, Document, Extraction, FeedPage, HttpClient, Hunt, Indicator,
    Observation, PluginId, Reading, Refusal, Target, Tlp,
};
use crate::plugin::manifest::{Lifecycle, Manifest};
use bumpalo::Bump;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmtime::component::InstancePre;
use wasmtime::{Store, UpdateDeadline};

/// A JSON object without a member.
const NOTHING: &str = "{}";

/// A plugin that was prepared, checked and tried. Cheap to clone; callable from many threads at once.
#[derive(Clone)]
pub struct Plugin {
    inner: Arc<Inner>,
    /// The operator's, for calls whose context has none.
    options: Arc<str>,
    /// The operator's mapping for the dialect, for calls whose target has none.
    mapping: Arc<str>,
}

pub(crate) struct Inner {
    pub id: PluginId,
    pub manifest: Manifest,
    pub shared: Arc<Shared>,
    pub component: InstancePre<State>,
    pub exports: Exports,
    /// Slots of the pool that one instance takes.
    pub slots: u32,
    pub serial: u64,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.pool.forget(self.serial);
    }
}

/// An instance and its store. The slots come last: they are free only when the store is gone.
pub(crate) struct Ready {
    store: Store<State>,
    guest: Guest,
    calls: u32,
    _slots: Slots,
}

/// What a call answered.
#[derive(Debug, Clone)]
pub struct Called<T> {
    pub value: T,
    pub log: Vec<LogLine>,
    /// Wall time of the call, with instantiating, without waiting for a slot.
    pub took: Duration,
    /// Instructions by wasmtime's count, where the sandbox counts them.
    pub fuel: Option<u64>,
}

/// One result a hunt: its artifacts, or why there are none.
pub type Emitted = Vec<Result<Vec<Artifact>, Vec<Refusal>>>;

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plugin({})", self.inner.id)
    }
}

impl Plugin {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner), options: Arc::from(NOTHING), mapping: Arc::from(NOTHING) }
    }

    /// The same plugin with the operator's options, a JSON object.
    pub fn with_options(self, options: &str) -> Self {
        Self { options: Arc::from(options), ..self }
    }

    /// The same plugin with the operator's mapping for its dialect, a JSON object.
    pub fn with_mapping(self, mapping: &str) -> Self {
        Self { mapping: Arc::from(mapping), ..self }
    }

    /// The call's own options, or else the operator's.
    fn configured(&self, context: &CallContext) -> CallContext {
        let config = if context.config == NOTHING { self.options.to_string() } else { context.config.clone() };
        CallContext { config, ..context.clone() }
    }

    pub fn id(&self) -> &PluginId {
        &self.inner.id
    }

    pub fn manifest(&self) -> &Manifest {
        &self.inner.manifest
    }

    /// Reads a document. Spans of blocks and links lie in the contents' texts.
    pub fn read(&self, context: &CallContext, document: &Document) -> Result<Called<Reading>, CallError> {
        self.early_input(document.bytes.len())?;
        let context = self.configured(context);
        let arena = Bump::new();
        let lowering = Lowering::new(&arena);
        let input = (lowering.context(&context), lowering.document(document));
        let records = self.inner.manifest.limits.records;
        self.call(
            &context,
            lowering.bytes(),
            None,
            |guest, store| guest.read(store, input),
            |it| check::reading(it, records),
        )
    }

    /// Finds indicators and observations. Every record carries this plugin's id.
    pub fn extract(&self, context: &CallContext, article: &Article) -> Result<Called<Extraction>, CallError> {
        self.early_input(article.content.text.len())?;
        let context = self.configured(context);
        let arena = Bump::new();
        let lowering = Lowering::new(&arena);
        let input = (lowering.context(&context), lowering.article(article));
        let records = self.inner.manifest.limits.records;
        let text = &article.content.text;
        let mut called = self.call(
            &context,
            lowering.bytes(),
            None,
            |guest, store| guest.extract(store, input),
            |it| check::extraction(it, text, records),
        )?;
        let id = || Some(self.inner.id.clone());
        called.value.indicators.iter_mut().for_each(|it| it.plugin = id());
        called.value.observations.iter_mut().for_each(|it| it.plugin = id());
        called.value.rejections.iter_mut().for_each(|it| it.plugin = id());
        Ok(called)
    }

    /// Maps an article to ATT&CK. Every record carries this plugin's id.
    pub fn classify(
        &self,
        context: &CallContext,
        article: &Article,
        indicators: &[Indicator],
        observations: &[Observation],
    ) -> Result<Called<Classification>, CallError> {
        self.early_input(article.content.text.len())?;
        let context = self.configured(context);
        let arena = Bump::new();
        let lowering = Lowering::new(&arena);
        let input = (
            lowering.context(&context),
            lowering.article(article),
            lowering.indicators(indicators),
            lowering.observations(observations),
        );
        let records = self.inner.manifest.limits.records;
        let text = &article.content.text;
        let mut called = self.call(
            &context,
            lowering.bytes(),
            None,
            |guest, store| guest.classify(store, input),
            |it| check::classification(it, text, records),
        )?;
        let id = || Some(self.inner.id.clone());
        called.value.techniques.iter_mut().for_each(|it| it.plugin = id());
        called.value.actors.iter_mut().for_each(|it| it.plugin = id());
        called.value.rejections.iter_mut().for_each(|it| it.plugin = id());
        Ok(called)
    }

    /// Says hunts in the plugin's dialect.
    pub fn emit(&self, context: &CallContext, hunts: &[Hunt], target: &Target) -> Result<Called<Emitted>, CallError> {
        let context = self.configured(context);
        let mapping = if target.mapping == NOTHING { self.mapping.to_string() } else { target.mapping.clone() };
        let target = &Target { mapping, form: target.form.clone() };
        let arena = Bump::new();
        let lowering = Lowering::new(&arena);
        let input = (lowering.context(&context), lowering.hunts(hunts), lowering.target(target));
        let records = self.inner.manifest.limits.records;
        self.call(
            &context,
            lowering.bytes(),
            None,
            |guest, store| guest.emit(store, input),
            |it| check::emissions(it, hunts, records),
        )
    }

    /// Asks a feed for its next page. Without a client the network does not answer.
    pub fn poll(
        &self,
        context: &CallContext,
        input: Option<&Document>,
        cursor: Option<&str>,
        http: Option<Arc<dyn HttpClient>>,
    ) -> Result<Called<FeedPage>, CallError> {
        self.early_input(input.map_or(0, |input| input.bytes.len()))?;
        let context = self.configured(context);
        let arena = Bump::new();
        let lowering = Lowering::new(&arena);
        let lowered = (lowering.context(&context), input.map(|input| lowering.document(input)), cursor);
        let bytes = lowering.bytes() + cursor.map_or(0, str::len) as u64;
        let records = self.inner.manifest.limits.records;
        self.call(&context, bytes, http, |guest, store| guest.poll(store, lowered), |it| check::page(it, records))
    }

    /// Makes an instance and throws it away: how long each took, for `xtask bench`. The second grows with the memory
    /// that calls in the same slot have ever touched.
    pub fn instantiate_only(&self) -> Result<(Duration, Duration), CallError> {
        let slots = self.inner.shared.pool.acquire(self.inner.slots);
        let began = Instant::now();
        let ready = self.inner.instantiate(slots).map_err(|(fault, log)| self.error(fault, log))?;
        let made = began.elapsed();
        drop(ready);
        Ok((made, began.elapsed() - made))
    }

    /// Refuses a text that is over the limit by itself, before lists are made for it.
    fn early_input(&self, bytes: usize) -> Result<(), CallError> {
        self.inner.check_input(bytes as u64).map_err(|fault| self.error(fault, Vec::new()))
    }

    fn error(&self, fault: Fault, log: Vec<LogLine>) -> CallError {
        CallError {
            plugin: self.inner.id.clone(),
            code: fault.code,
            plugin_code: None,
            message: fault.message,
            hint: fault.code.hint().to_owned(),
            properties: Vec::new(),
            log,
        }
    }

    /// `context.tlp` marks what the call hands over.
    fn call<T>(
        &self,
        context: &CallContext,
        input_bytes: u64,
        http: Option<Arc<dyn HttpClient>>,
        run: impl FnOnce(&Guest, &mut Store<State>) -> Answer<T>,
        check: impl FnOnce(&T) -> Result<(), Fault>,
    ) -> Result<Called<T>, CallError> {
        let inner = &*self.inner;
        inner.check_input(input_bytes).map_err(|fault| self.error(fault, Vec::new()))?;
        if let Some(most) = http.as_ref().map(|http| http.max_tlp()).filter(|most| context.tlp > *most) {
            let (marking, most) = (context.tlp.as_str(), most.as_str());
            let message =
                format!("what it would read is TLP:{marking}, and with its network it is given at most TLP:{most}");
            return Err(self.error(Fault::new(Code::Marking, message), Vec::new()));
        }
        // An instance that goes on into a call with a network must have nothing to tell there.
        let may_stay = context.tlp == Tlp::Clear || inner.manifest.capabilities.http.is_empty();
        let limits = &inner.manifest.limits;
        let (mut ready, began) = match inner.shared.pool.warm(inner.serial) {
            Some(mut ready) => {
                ready.store.data_mut().begin(limits);
                (ready, Instant::now())
            }
            None => {
                let slots = inner.shared.pool.acquire(inner.slots);
                let began = Instant::now();
                (inner.instantiate(slots).map_err(|(fault, log)| self.error(fault, log))?, began)
            }
        };
        ready.store.data_mut().grant_http(http.clone(), limits);
        if inner.shared.fuel {
            // Cannot fail: the engine counts fuel.
            let _ = ready.store.set_fuel(u64::MAX);
        }
        let answer = run(&ready.guest, &mut ready.store);
        let log = ready.store.data_mut().log.finish();
        inner.shared.tell(&inner.id, &log);
        let fuel = ready.store.get_fuel().ok().filter(|_| inner.shared.fuel).map(|left| u64::MAX - left);
        match answer {
            Err(error) => Err(self.error(Fault::of(&error), log)),
            Ok(Err(refused)) => {
                let mut error = self.refused(refused, log, may_stay.then_some(ready));
                // What the network said last is most often why a feed gave up.
                error.hint =
                    http.and_then(|http| http.hint()).filter(|_| error.plugin_code.is_some()).unwrap_or(error.hint);
                Err(error)
            }
            Ok(Ok(value)) => match check(&value) {
                Err(fault) => Err(self.error(fault, log)),
                Ok(()) => {
                    inner.keep(may_stay.then_some(ready));
                    Ok(Called { value, log, took: began.elapsed(), fuel })
                }
            },
        }
    }

    fn refused(&self, refused: Refused, log: Vec<LogLine>, ready: Option<Ready>) -> CallError {
        if let Err(fault) = check::refused(&refused.code, &refused.message, refused.properties.len()) {
            return self.error(fault, log);
        }
        self.inner.keep(ready);
        let message = super::log::clean(&refused.message);
        CallError {
            plugin_code: Some(refused.code),
            properties: refused.properties,
            ..self.error(Fault::new(Code::Plugin, message), log)
        }
    }
}

impl Inner {
    fn check_input(&self, bytes: u64) -> Result<(), Fault> {
        let limit = self.manifest.limits.input_bytes;
        if bytes > limit {
            return Err(Fault::new(
                Code::InputTooLarge,
                format!("{bytes} bytes of input are over the limit of {limit}"),
            ));
        }
        Ok(())
    }

    /// A new instance, with all limits in place before any of its code runs.
    pub fn instantiate(&self, slots: Slots) -> Result<Ready, Logged> {
        let limits = &self.manifest.limits;
        let mut store = Store::new(self.component.engine(), State::new(self.id.clone(), limits, DataAccess::Closed));
        bound(&mut store, limits.output_bytes);
        if self.shared.fuel {
            let _ = store.set_fuel(u64::MAX);
        }
        let guest =
            self.component.instantiate(&mut store).and_then(|instance| self.exports.load(&mut store, &instance));
        match guest {
            Ok(guest) => Ok(Ready { store, guest, calls: 0, _slots: slots }),
            Err(error) => Err((Fault::of(&error), store.data_mut().log.finish())),
        }
    }

    /// Keeps an instance whose call ended well, where the manifest asks for it.
    fn keep(&self, ready: Option<Ready>) {
        let Some(mut ready) = ready else { return };
        ready.calls += 1;
        if let Lifecycle::Warm { max_calls } = self.manifest.lifecycle
            && ready.calls < max_calls
        {
            self.shared.pool.park(self.serial, ready);
        }
    }
}

/// Puts the limits of memory, time and lifted output on a store.
pub(crate) fn bound(store: &mut Store<State>, output_bytes: u64) {
    store.limiter(|state| &mut state.meter);
    store.set_hostcall_fuel(usize::try_from(output_bytes).unwrap_or(usize::MAX));
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|store| match store.data().clock.left() {
        Some(left) => {
            let ticks = left.as_micros() / super::engine::TICK.as_micros();
            Ok(UpdateDeadline::Continue(u64::try_from(ticks).unwrap_or(u64::MAX).max(1)))
        }
        None => Err(wasmtime::Error::new(store.data().clock.fault())),
    });
}
