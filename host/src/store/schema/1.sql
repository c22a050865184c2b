-- Times are seconds since 1970, UTC. Bodies are JSON, compressed with Zstandard. Digests are lower-case hex SHA-256.

CREATE TABLE feeds (
    name   TEXT PRIMARY KEY,
    title  TEXT,
    cursor TEXT,
    polled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The entries of a feed that need not be looked at again while their stamp stays.
CREATE TABLE items (
    feed  TEXT NOT NULL,
    key   TEXT NOT NULL,
    stamp TEXT NOT NULL,
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;

-- Entries of which no article came, and why.
CREATE TABLE unread (
    feed     TEXT NOT NULL,
    key      TEXT NOT NULL,
    url      TEXT NOT NULL,
    payload  BLOB NOT NULL,
    code     TEXT NOT NULL,
    message  TEXT NOT NULL,
    again    INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;

-- Where articles stand. One whose text stood elsewhere first has that place as its lead.
CREATE TABLE addresses (
    id         INTEGER PRIMARY KEY,
    address    TEXT NOT NULL UNIQUE,
    lead       INTEGER REFERENCES addresses (id) ON DELETE SET NULL,
    similarity REAL,
    -- Changes when a place joins or leaves the story that this address leads.
    links      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX addresses_lead ON addresses (lead) WHERE lead IS NOT NULL;

-- What stood at an address, first number 1.
CREATE TABLE revisions (
    id        INTEGER PRIMARY KEY,
    address   INTEGER NOT NULL REFERENCES addresses (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    article   TEXT NOT NULL,
    content   TEXT NOT NULL,
    feed      TEXT NOT NULL,
    source    TEXT NOT NULL,
    url       TEXT NOT NULL,
    title     TEXT NOT NULL,
    published TEXT,
    tlp       INTEGER NOT NULL,
    seen      INTEGER NOT NULL,
    body      BLOB NOT NULL,
    UNIQUE (address, number)
) STRICT;
CREATE INDEX revisions_article ON revisions (article);
CREATE INDEX revisions_seen ON revisions (seen);

-- MinHash bands of the leads' texts: places with a band in common are compared word by word.
CREATE TABLE bands (
    hash    INTEGER NOT NULL,
    address INTEGER NOT NULL REFERENCES addresses (id) ON DELETE CASCADE,
    PRIMARY KEY (hash, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX bands_address ON bands (address);

-- Articles that have no brief of their newest text and links yet.
CREATE TABLE waiting (
    feed    TEXT NOT NULL,
    article TEXT NOT NULL,
    PRIMARY KEY (feed, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE briefs (
    id          INTEGER PRIMARY KEY,
    article     TEXT NOT NULL UNIQUE,
    feed        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    links       TEXT NOT NULL,
    made        INTEGER NOT NULL,
    body        BLOB NOT NULL
) STRICT;
CREATE INDEX briefs_fingerprint ON briefs (feed, fingerprint);

CREATE TABLE brief_indicators (
    -- In lower case; an indicator's own value, or that of one of its parts.
    value      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    -- Empty for the indicator itself.
    part       TEXT NOT NULL,
    brief      INTEGER NOT NULL REFERENCES briefs (id) ON DELETE CASCADE,
    whole      TEXT NOT NULL,
    role       TEXT NOT NULL,
    confidence INTEGER NOT NULL,
    PRIMARY KEY (value, brief, kind, part, whole)
) STRICT, WITHOUT ROWID;
CREATE INDEX brief_indicators_brief ON brief_indicators (brief);

CREATE TABLE brief_techniques (
    technique  TEXT NOT NULL,
    brief      INTEGER NOT NULL REFERENCES briefs (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    confidence INTEGER NOT NULL,
    PRIMARY KEY (technique, brief)
) STRICT, WITHOUT ROWID;
CREATE INDEX brief_techniques_brief ON brief_techniques (brief);

-- The words alone: the text itself is in the article.
CREATE VIRTUAL TABLE brief_words USING fts5 (
    title, text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE runs (
    id      INTEGER PRIMARY KEY,
    started INTEGER NOT NULL,
    ended   INTEGER,
    summary TEXT
) STRICT;
