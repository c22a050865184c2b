//! What happened on a host, as fields of one event: what started what with which arguments, which file or key was written.

mod common;

/// Class and fields of every observation of a text.
fn observed(text: &str) -> Vec<String> {
    let of = |one: &huntsmith_sdk::extractor::Observation| {
        let fields: Vec<String> = one.fields.iter().map(|field| format!("{}={}", field.name, field.value)).collect();
        format!("{} {}", one.class, fields.join(" "))
    };
    let found = common::extract(text);
    for one in &found.observations {
        for field in &one.fields {
            // Every field leads back to words within the event's own.
            let (span, own) = (field.span, one.spans[0]);
            assert!(own.start <= span.start && span.start < span.end && span.end <= own.end, "{text}: {one:?}");
        }
    }
    found.observations.iter().map(of).collect()
}

#[test]
fn what_started_what_with_which_arguments() {
    assert_eq!(
        observed("The malicious document makes winword.exe spawn `powershell.exe -enc SQBFAFgA` at once."),
        ["process_creation ParentImage=\\winword.exe Image=\\powershell.exe CommandLine=powershell.exe -enc SQBFAFgA"]
    );
    assert_eq!(
        observed("The backdoor runs `cmd.exe /c whoami` and leaves."),
        ["process_creation Image=\\cmd.exe CommandLine=cmd.exe /c whoami"]
    );
    assert_eq!(
        observed("The trojanised setup.exe launches payload.exe in the background."),
        ["process_creation ParentImage=\\setup.exe Image=\\payload.exe"]
    );
    assert_eq!(
        observed("The implant payload.exe is launched by setup.exe."),
        ["process_creation ParentImage=\\setup.exe Image=\\payload.exe"]
    );
    assert_eq!(
        observed("The attacker's setup.exe loads evilcore.dll from its folder."),
        ["image_load Image=\\setup.exe ImageLoaded=\\evilcore.dll"]
    );
    // Rows and lines of keys say nothing of each other.
    assert_eq!(observed("Malware\n\nFile | Note\nside.dll | a loaded implant\nviewer.exe | its host\n"), [""; 0]);
    assert_eq!(
        observed("C2 config of the implant\n\nuri: loader.js\nspawn to: C:\\Windows\\Temp\\host.exe\n"),
        [""; 0]
    );
}

#[test]
fn which_file_or_key_was_written() {
    assert_eq!(
        observed(
            "The loader drops C:\\ProgramData\\upd\\wd.exe, then the malware deletes C:\\ProgramData\\upd\\in.tmp."
        ),
        [
            "file_event TargetFilename=C:\\ProgramData\\upd\\wd.exe",
            "file_delete TargetFilename=C:\\ProgramData\\upd\\in.tmp"
        ]
    );
    assert_eq!(
        observed("The malware sets HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\UpdCore to start again."),
        ["registry_set TargetObject=HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\UpdCore"]
    );
    assert_eq!(
        observed("The malware creates the service WinDefUpd32 that starts C:\\ProgramData\\upd\\wd.exe."),
        ["create_service ServiceName=WinDefUpd32 ImagePath=C:\\ProgramData\\upd\\wd.exe"]
    );
    assert_eq!(
        observed("The implant opens the pipe \\\\.\\pipe\\evil_pipe for its orders."),
        ["pipe_created PipeName=\\evil_pipe"]
    );
    assert_eq!(observed("Administrators should not run C:\\ProgramData\\upd\\wd.exe."), [""; 0]);
}
