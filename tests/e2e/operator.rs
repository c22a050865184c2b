//! An operator who installs plugins: a folder with keys, a configuration, a lock and a shelf.

use huntsmith::plugin::Manifest;
use huntsmith::plugin::component::{adopt, read_manifest};
use huntsmith_tests::{Ran, component, files, huntsmith, run, run_with};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An operator's folder with a key that may sign `feed-*`, and what is in it.
pub struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        let home = Home { folder: tempfile::tempdir().unwrap() };
        assert_eq!(home.plugin(&["sign", "--new-key", "team.key"]).code, 0);
        assert_eq!(home.plugin(&["sign", "--new-key", "other.key"]).code, 0);
        home.trust("feed-*", false);
        home
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a configuration that trusts `team.key` for these names.
    pub fn trust(&self, names: &str, revoked: bool) {
        self.configure(names, revoked, "");
    }

    /// The same, and more.
    pub fn configure(&self, names: &str, revoked: bool, more: &str) {
        let public = std::fs::read_to_string(self.path().join("team.key.pub")).unwrap();
        let key = public.lines().nth(1).unwrap();
        let text = format!("[trust.keys.team]\nkey = \"{key}\"\nnames = [\"{names}\"]\nrevoked = {revoked}\n{more}");
        std::fs::write(self.path().join("huntsmith.toml"), text).unwrap();
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = huntsmith(["plugin"]);
        command.args(words).current_dir(self.path());
        command.env("HUNTSMITH_PLUGIN_DIR", self.path().join("shelf")).env("HUNTSMITH_REGISTRY_SECONDS", "5");
        command.env("HUNTSMITH_PREPARE_SECONDS", "600");
        command
    }

    pub fn plugin(&self, words: &[&str]) -> Ran {
        run(self.command(words))
    }

    /// At a terminal, where somebody types an answer; what is shown there is all in `out`. util-linux's `script` has the
    /// pseudo-terminal: the crates for one would have everything that depends on libc compiled anew.
    pub fn at_terminal(&self, words: &[&str], answer: &str) -> Ran {
        let own = self.command(words);
        let line = format!("{} plugin {}", own.get_program().display(), words.join(" "));
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(self.path());
        command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
        run_with(command, answer)
    }

    /// Refused with these words, and the lock is as it was.
    pub fn refused(&self, words: &[&str], says: &str) {
        let before = std::fs::read(self.path().join("huntsmith.lock")).ok();
        let ran = self.plugin(words);
        assert!(
            ran.code == 2 && ran.err.contains(says),
            "{words:?} should say {says:?}: {}\n{}{}",
            ran.code,
            ran.out,
            ran.err
        );
        assert!(ran.err.contains("hint:"), "{}", ran.err);
        assert_eq!(std::fs::read(self.path().join("huntsmith.lock")).ok(), before, "{words:?}");
    }

    pub fn fine(&self, words: &[&str]) -> Ran {
        let ran = self.plugin(words);
        assert_eq!(ran.code, 0, "{words:?}\n{}{}", ran.out, ran.err);
        ran
    }

    /// A feed under another name and version, which asks for these hosts.
    pub fn feed(&self, file: &str, version: &str, hosts: &[&str]) -> PathBuf {
        self.adopted("feed-kev", file, |manifest| {
            manifest.version = version.into();
            manifest.capabilities.http = hosts.iter().map(|host| (*host).to_owned()).collect();
        })
    }

    /// A feed that ships, as `feed-acme`, with a manifest that was changed.
    pub fn adopted(&self, name: &str, file: &str, change: impl FnOnce(&mut Manifest)) -> PathBuf {
        let bytes = std::fs::read(component(name)).unwrap();
        let mut manifest = read_manifest(&bytes).unwrap();
        manifest.name = "feed-acme".into();
        change(&mut manifest);
        let path = self.path().join(file);
        std::fs::write(&path, adopt(&bytes, &manifest).unwrap()).unwrap();
        path
    }

    /// What is on the shelf.
    pub fn shelf(&self) -> Vec<String> {
        let shelf = self.path().join("shelf");
        if shelf.is_dir() { files(&shelf).into_keys().collect() } else { Vec::new() }
    }
}
