//! Reason codes of this plugin, as VOCABULARY.md lists them: why something has its role, and why something was turned
//! away.

/// Why an indicator has its role and confidence.
pub mod reason {
    pub const DEFANGED: &str = "defanged";
    pub const IOC_SECTION: &str = "ioc-section";
    pub const IOC_LIST: &str = "ioc-list";
    pub const IOC_TABLE: &str = "ioc-table";
    pub const ATTACK_SENTENCE: &str = "attack-sentence";
    pub const LEGITIMATE_SENTENCE: &str = "legitimate-sentence";
    pub const VICTIM_SENTENCE: &str = "victim-sentence";
    pub const SINKHOLE: &str = "sinkhole";
    pub const SHARED_SERVICE: &str = "shared-service";
    pub const POPULAR: &str = "popular-name";
    pub const PUBLIC_RESOLVER: &str = "public-resolver";
    pub const SYSTEM_COMPONENT: &str = "system-component";
    pub const INSIDE_URL: &str = "inside-url";
    pub const STATED: &str = "stated";
    pub const CHECKSUM: &str = "checksum-valid";
    pub const NO_CONTEXT: &str = "no-context";
    pub const DEFENDERS_SENTENCE: &str = "defenders-sentence";
    pub const EVERYBODYS_DIRECTORY: &str = "everybodys-directory";
    pub const DOUBLE_ENDING: &str = "double-ending";
    pub const BESIDE_DIGEST: &str = "beside-digest";
    pub const FREE_MAIL: &str = "free-mail";
    pub const NAMED_ELSEWHERE: &str = "named-elsewhere";
    pub const ENUMERATED: &str = "enumerated";
    pub const HIDDEN_SERVICE: &str = "hidden-service";
    pub const SHOWN_AS_DATA: &str = "shown-as-data";
    pub const MAIL_HEADER: &str = "mail-header";
}

/// Why a candidate was turned away.
pub mod turned {
    pub const ANTIVIRUS_NAME: &str = "antivirus-name";
    pub const FILE_NAME: &str = "file-name";
    pub const CODE_IDENTIFIER: &str = "code-identifier";
    pub const PRODUCT_NAME: &str = "product-name";
    pub const VERSION: &str = "version-number";
    pub const SENTENCE_JOIN: &str = "sentence-join";
    pub const TIMESTAMP: &str = "timestamp";
    pub const UUID: &str = "uuid";
    pub const GIT_COMMIT: &str = "git-commit";
    pub const EMPTY_HASH: &str = "empty-input-hash";
    pub const CLEAN_HASH: &str = "known-clean-hash";
    pub const TEST_FILE: &str = "test-file";
    pub const NUMBER: &str = "number";
    pub const PRIVATE_ADDRESS: &str = "private-address";
    pub const RESERVED_ADDRESS: &str = "reserved-address";
    pub const DOCUMENTATION: &str = "documentation-range";
    pub const EXAMPLE_DOMAIN: &str = "example-domain";
    pub const LOCAL_NAME: &str = "local-name";
    pub const UNKNOWN_SUFFIX: &str = "unknown-suffix";
    pub const PUBLISHER: &str = "publisher";
    pub const REFERENCE_LINK: &str = "reference-link";
    pub const NO_ATTACKER_CONTEXT: &str = "no-attacker-context";
    pub const IMPLAUSIBLE: &str = "implausible";
    pub const CHECKSUM: &str = "checksum-failed";
    pub const PATH_COMPONENT: &str = "path-component";
    pub const NOT_THIS_ARTICLE: &str = "not-this-article";
    pub const HOST_OF_ADDRESS: &str = "host-of-address";
    pub const STATED_HARMLESS: &str = "stated-harmless";
    pub const NAMED_PARTY: &str = "named-party";
    pub const RECIPIENT: &str = "recipient";
    pub const MESSAGE_ID: &str = "message-id";
    pub const PUBLIC_RESOLVER: &str = "public-resolver";
    pub const PROBED: &str = "connectivity-check";
    pub const LIST_OF_EXTENSIONS: &str = "extension-list";
}
