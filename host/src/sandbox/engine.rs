//! The engine: what code is made of and what it may use. The engine that compiles (in the child) and the one that runs
//! have the same settings wherever machine code depends on them; only how instances are placed differs.

use super::error::{SandboxError, chain};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::hash::{Hash, Hasher};
use std::time::Duration;
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, RegallocAlgorithm, Strategy,
};

/// Time between two looks at the deadlines.
pub(crate) const TICK: Duration = Duration::from_millis(5);

/// What one slot of the pool stands for besides one core memory. A guest made by `wit-component` takes one slot; a Python
/// guest with some 60 core instances too.
pub(crate) const SLOT_TABLES: u32 = 8;
const SLOT_CORE_INSTANCES: u32 = 96;

/// The most slots that one component may take.
pub(crate) const SLOTS_PER_COMPONENT: u32 = 16;

/// The most slots that a pool has: 4 GiB of address space each.
const SLOTS: u32 = 4_096;

/// Initial memory up to this size lies in the code's file page by page, so that a new instance maps it and copies nothing,
/// however thinly it is filled.
const DENSE_IMAGE: u64 = 64 << 20;

/// Memory of a guest's stack, in bytes; the thread that calls needs as much and more.
const WASM_STACK: usize = 512 << 10;

/// Features of the processor that bundled machine code may use on x86-64: the x86-64-v3 level of the System V ABI
/// (AVX2, BMI, FMA), in Cranelift's words.
#[cfg(target_arch = "x86_64")]
const BASELINE: [&str; 11] = [
    "has_sse3",
    "has_ssse3",
    "has_sse41",
    "has_sse42",
    "has_popcnt",
    "has_avx",
    "has_avx2",
    "has_fma",
    "has_bmi1",
    "has_bmi2",
    "has_lzcnt",
];

#[cfg(target_arch = "x86_64")]
fn has_baseline() -> bool {
    std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("fma")
        && std::is_x86_feature_detected!("bmi1")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("lzcnt")
        && std::is_x86_feature_detected!("popcnt")
        && std::is_x86_feature_detected!("sse4.2")
}

/// Code for the baseline where this processor has all of it, so that code from the build runs here; else for this
/// processor alone.
fn target(config: &mut Config) -> wasmtime::Result<()> {
    #[cfg(all(target_arch = "x86_64", target_os = "linux", target_env = "gnu"))]
    if has_baseline() {
        config.target("x86_64-unknown-linux-gnu")?;
        for flag in BASELINE {
            // SAFETY: each of these features was found on this processor.
            unsafe { config.cranelift_flag_enable(flag) };
        }
    }
    let _ = config;
    Ok(())
}

/// What machine code is made for. A guest computes the same in all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Making {
    /// Instructions are counted, by wasmtime's count of what stands in the guest, not of what was made of it.
    pub fuel: bool,
    /// It is made in half the time, runs slowly, and needs more of the stack, which there is then.
    pub quick: bool,
}

/// Everything that machine code depends on.
fn code_settings(Making { fuel, quick }: Making) -> wasmtime::Result<Config> {
    let mut config = Config::new();
    target(&mut config)?;
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .cranelift_regalloc_algorithm(RegallocAlgorithm::Backtracking)
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .epoch_interruption(true)
        .consume_fuel(fuel)
        .memory_init_cow(true)
        .memory_guaranteed_dense_image_size(DENSE_IMAGE)
        .generate_address_map(false)
        .native_unwind_info(false)
        .wasm_backtrace_max_frames(None)
        .max_wasm_stack(if quick { 2 * WASM_STACK } else { WASM_STACK })
        .wasm_component_model(true)
        .wasm_memory64(false)
        .wasm_tail_call(true)
        .wasm_multi_memory(true)
        .wasm_wide_arithmetic(false)
        .concurrency_support(false);
    if quick {
        config.cranelift_opt_level(OptLevel::None).cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
    }
    Ok(config)
}

/// The engine that makes code in the preparing child.
pub(crate) fn compiling(making: Making, parallel: bool) -> wasmtime::Result<Engine> {
    let mut config = code_settings(making)?;
    config.parallel_compilation(parallel);
    Engine::new(&config)
}

/// The engine that runs `init` in the preparing child: once, on demand.
pub(crate) fn initialising(parallel: bool) -> wasmtime::Result<Engine> {
    let mut config = code_settings(Making { fuel: false, quick: true })?;
    config.parallel_compilation(parallel);
    Engine::new(&config)
}

/// Slots of a pool for so many jobs: every job can run an instance of four slots, while as many stay warm or bound to
/// another plugin's memory.
pub(crate) fn slots(jobs: usize, instances: u32) -> u32 {
    let jobs = u32::try_from(jobs).unwrap_or(u32::MAX);
    let slots = jobs.saturating_mul(4).max(instances).max(SLOTS_PER_COMPONENT);
    slots.saturating_add(SLOTS_PER_COMPONENT).min(SLOTS)
}

/// The engine that runs plugins: a pool of `slots` instances, most memory of which stays resident between calls.
pub(crate) fn running(making: Making, slots: u32, keep_resident: usize) -> Result<Engine, SandboxError> {
    let build = || -> wasmtime::Result<Engine> {
        let mut config = code_settings(making)?;
        let mut pool = PoolingAllocationConfig::new();
        pool.total_component_instances(slots)
            .total_core_instances(slots * SLOT_CORE_INSTANCES)
            .total_memories(slots)
            .total_tables(slots * SLOT_TABLES)
            .max_core_instances_per_component(SLOT_CORE_INSTANCES)
            .max_memories_per_component(SLOTS_PER_COMPONENT)
            .max_memories_per_module(SLOTS_PER_COMPONENT)
            .max_tables_per_component(SLOTS_PER_COMPONENT * SLOT_TABLES)
            .max_tables_per_module(SLOT_TABLES)
            .table_elements(64 << 10)
            .max_memory_size(crate::plugin::manifest::Limits::MAXIMUM.memory_mib as usize * (1 << 20))
            .max_unused_warm_slots(slots)
            .linear_memory_keep_resident(keep_resident)
            .table_keep_resident(16 << 10)
            .pagemap_scan(Enabled::Auto);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        Engine::new(&config)
    };
    let engine = build().map_err(|error| SandboxError {
        message: format!("the sandbox cannot reserve room for {slots} plugin instances: {}", chain(&error)),
        hint: "run with fewer `--jobs`, or lift the limit on virtual memory (`ulimit -v unlimited`)".into(),
    })?;
    Ok(engine)
}

/// Starts the one thread that moves an engine's clock. It ends with the engine.
pub(crate) fn start_ticker(engine: &Engine) -> Result<(), SandboxError> {
    let weak = engine.weak();
    let run = move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(TICK);
        }
    };
    std::thread::Builder::new().name("huntsmith-ticker".into()).stack_size(64 << 10).spawn(run).map(drop).map_err(
        |error| SandboxError {
            message: format!("the sandbox cannot start its clock: {error}"),
            hint: "the machine is out of threads: raise `ulimit -u`, or end other programs".into(),
        },
    )
}

/// Digest of everything that machine code depends on: code made under one digest runs under the same only.
pub(crate) fn compatibility(engine: &Engine) -> String {
    let mut hasher = DigestHasher(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hex(&hasher.0.finalize())
}

struct DigestHasher(Sha256);

impl Hasher for DigestHasher {
    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        u64::from_le_bytes(std::array::from_fn(|i| digest[i]))
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Lower-case hex SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_the_compiling_engine_runs_in_the_running_one() {
        let all = [(false, false), (true, false), (true, true)].map(|(fuel, quick)| Making { fuel, quick });
        let made = all.map(|making| {
            let compiling = compatibility(&compiling(making, false).unwrap());
            assert_eq!(compiling, compatibility(&running(making, 2, 0).unwrap()));
            compiling
        });
        assert!(made[0] != made[1] && made[1] != made[2]);
    }
}
