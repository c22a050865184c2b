//! The child's side: takes one component from standard input, puts limits on itself, pre-initialises, compiles, and
//! writes the machine code to standard output. The parent decides what an early end means.

use super::protocol::{self, Answer, Data, Request};
use super::snapshot::{Initialised, ready};
use crate::bindings::Exports;
use crate::bindings::v0_1_0::add_to_linker;
use crate::model::PluginId;
use crate::plugin::manifest::Limits;
use crate::sandbox::error::{Code, Fault, chain};
use crate::sandbox::log::LogLine;
use crate::sandbox::state::{DataAccess, State};
use crate::sandbox::{engine, plugin, world};
use std::io::BufReader;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};
use wasmtime_wizer::Wizer;

/// What a memory may grow beyond the plugin's limit so that the accessors can hand it over: a page each, for more
/// memories than the pool takes.
const ACCESSOR_BYTES: usize = 64 * (64 << 10);

/// Runs the hidden subcommand; the result is the process's exit code. Not for people: it reads a request of the parent's
/// from standard input and writes the answer to standard output.
pub fn prepare_child_main() -> i32 {
    match run() {
        Ok(()) => 0,
        Err(error) => {
            // Standard error goes to the parent, which makes a message of it.
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "{error}");
            1
        }
    }
}

fn run() -> std::io::Result<()> {
    let mut input = BufReader::new(std::io::stdin().lock());
    let (request, blobs) = protocol::read_request(&mut input)?;
    restrain(&request)?;
    let (component, data) = protocol::read_blobs(&mut input, blobs)?;
    let mut log = Vec::new();
    let answer = match engine::compiling(request.making, request.parallel) {
        Ok(engine) => {
            let compatibility = engine::compatibility(&engine);
            match prepare(&engine, &request, &component, data, &mut log) {
                Ok(code) => Answer { fault: None, log, compatibility, code },
                Err(fault) => {
                    let fault = Some((fault.code.as_str().to_owned(), fault.message));
                    Answer { fault, log, compatibility, code: Vec::new() }
                }
            }
        }
        Err(error) => {
            let fault = Some((Code::PrepareFailed.as_str().to_owned(), chain(&error)));
            Answer { fault, log, compatibility: String::new(), code: Vec::new() }
        }
    };
    protocol::write_answer(&mut std::io::stdout().lock(), &answer)
}

/// Limits on this process. Wasmtime reserves address space by the gigabyte without using it, so the limit is on private
/// writable memory (`RLIMIT_DATA`), not on addresses.
#[cfg(target_os = "linux")]
fn restrain(request: &Request) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};
    let limit = |value: u64| Rlimit { current: Some(value), maximum: Some(value) };
    set_parent_process_death_signal(Some(Signal::KILL))?;
    setrlimit(Resource::Core, limit(0))?;
    setrlimit(Resource::Data, limit(request.memory_bytes))?;
    // The soft limit sends SIGXCPU, which the parent can tell from other ends.
    let cpu = Rlimit { current: Some(request.cpu_seconds), maximum: Some(request.cpu_seconds + 1) };
    setrlimit(Resource::Cpu, cpu)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn restrain(_: &Request) -> std::io::Result<()> {
    Ok(())
}

fn prepare(
    engine: &Engine,
    request: &Request,
    component: &[u8],
    data: Data,
    log: &mut Vec<LogLine>,
) -> Result<Vec<u8>, Fault> {
    let (imports, exports) = world::names(component)?;
    world::check(&request.manifest, imports.iter().map(String::as_str), exports.iter().map(String::as_str))?;
    wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all())
        .validate_all(component)
        .map_err(|error| Fault::new(Code::MalformedComponent, format!("the component is not valid: {error}")))?;
    let initialised = initialise(request, component, data, log)?;
    engine.precompile_component(&initialised).map_err(|error| {
        Fault::new(Code::MalformedComponent, format!("the component does not compile: {}", chain(&error)))
    })
}

/// What a child would answer, made here: a test's own contract is not that of the command.
#[cfg(test)]
pub(crate) fn prepare_here(component: &[u8], manifest: &crate::plugin::Manifest) -> Result<Vec<u8>, Fault> {
    let request = Request {
        making: engine::Making { fuel: false, quick: false },
        parallel: false,
        manifest: manifest.clone(),
        digest: engine::sha256(component),
        init_ms: 20_000,
        memory_bytes: 0,
        cpu_seconds: 0,
    };
    let engine = engine::compiling(request.making, request.parallel).expect("the engine starts");
    prepare(&engine, &request, component, Data::new(), &mut Vec::new())
}

/// Runs `init` and answers the component with the memory that it left.
fn initialise(request: &Request, component: &[u8], data: Data, log: &mut Vec<LogLine>) -> Result<Vec<u8>, Fault> {
    let wizer = Wizer::new();
    let (context, instrumented) = wizer.instrument_component(component).map_err(|error| {
        Fault::new(Code::PrepareFailed, format!("the component cannot be pre-initialised: {}", chain(&error)))
    })?;
    let engine = &engine::initialising(request.parallel)
        .map_err(|error| Fault::new(Code::PrepareFailed, format!("the engine does not start: {}", chain(&error))))?;
    let compiled = Component::new(engine, &instrumented).map_err(|error| {
        Fault::new(Code::MalformedComponent, format!("the component does not compile: {}", chain(&error)))
    })?;
    let mut linker = Linker::new(engine);
    let incompatible = |error: wasmtime::Error| {
        Fault::new(Code::Incompatible, format!("the component does not fit the contract: {}", chain(&error)))
    };
    add_to_linker(&mut linker, request.manifest.world).map_err(incompatible)?;
    let component = linker.instantiate_pre(&compiled).map_err(incompatible)?;
    let indices = Exports::new(&request.manifest, &component).map_err(incompatible)?;

    engine::start_ticker(engine).map_err(|error| Fault::new(Code::PrepareFailed, error.message))?;
    let limits = Limits { deadline_ms: request.init_ms, ..request.manifest.limits.clone() };
    let id = PluginId {
        name: request.manifest.name.clone(),
        version: request.manifest.version.clone(),
        digest: request.digest.clone(),
    };
    let mut store = Store::new(engine, State::new(id, &limits, DataAccess::Init(data.into_iter().collect())));
    plugin::bound(&mut store, limits.output_bytes);
    let outcome = component.instantiate(&mut store).map_err(|error| init_fault(&error)).and_then(|instance| {
        indices.load(&mut store, &instance).map_err(incompatible)?;
        let init = instance.get_typed_func::<(), (Result<(), String>,)>(&mut store, "init").map_err(incompatible)?;
        match init.call(&mut store, ()).map_err(|error| init_fault(&error))? {
            (Ok(()),) => Ok(instance),
            (Err(message),) => {
                Err(Fault::new(Code::InitFailed, format!("`init` answered: {}", crate::sandbox::log::clean(&message))))
            }
        }
    });
    *log = store.data_mut().log.finish();
    let instance = outcome?;

    // The accessors are the pre-initialiser's own code: only the memory that they hand over is the plugin's.
    store.data_mut().meter.allow_more(ACCESSOR_BYTES);
    store.data_mut().clock.rewind();
    store.set_hostcall_fuel(usize::MAX);
    let mut state = Initialised { store: &mut store, instance, failed: None };
    let snapshot = ready(wizer.snapshot_component(&context, &mut state));
    let failed = |why: String| Fault::new(Code::PrepareFailed, format!("the component's memory cannot be kept: {why}"));
    match (snapshot, state.failed) {
        (_, Some(error)) => Err(failed(chain(&error))),
        (Some(Ok(bytes)), None) => Ok(bytes),
        (Some(Err(error)), None) => Err(failed(chain(&error))),
        (None, None) => Err(failed("the pre-initialiser waits for something".into())),
    }
}

/// A failure in `init` or in a start function, with the limit or trap that ended it in the message.
fn init_fault(error: &wasmtime::Error) -> Fault {
    let fault = Fault::of(error);
    match fault.code {
        // Not the guest's doing: its imports or exports do not fit.
        Code::InvalidResult => Fault::new(Code::Incompatible, fault.message),
        _ => Fault::new(Code::InitFailed, format!("`init` failed: {}", fault.message)),
    }
}
