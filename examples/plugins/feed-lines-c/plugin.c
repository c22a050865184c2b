// A feed with one item a line: key, address and title, parted by tabs; `#` begins a comment. For example
//
//   #lines
//   2026-03<TAB>https://example.org/2026-03<TAB>What we saw in March
//
// `feed_source.h` is made of the contract by `huntsmith plugin build`. A list of the contract is a pointer and a length, a
// text too, without a zero at its end. An instance answers one call and is thrown away, so nothing is freed here; what is
// handed back is freed by the bindings, and has to come from malloc: copy with `feed_source_string_dup`.
#include "feed_source.h"
#include <stdlib.h>
#include <string.h>

typedef exports_huntsmith_feed_feed_item_t item;
typedef exports_huntsmith_feed_feed_note_t note;
typedef exports_huntsmith_feed_feed_page_t page;
typedef feed_source_option_string_t option;
typedef huntsmith_host_common_plugin_error_t plugin_error;
typedef feed_source_string_t string;

// A text of the program itself, which nobody frees; it is copied before it is handed back.
static string words(const char *text) { return (string){.ptr = (uint8_t *)text, .len = strlen(text)}; }

static string copy(string text) {
    string made;
    feed_source_string_dup_n(&made, (const char *)text.ptr, text.len);
    return made;
}

// Room for one more in an array that doubles when it is full.
static void *room(void *items, size_t count, size_t size) {
    if ((count & (count - 1)) != 0) return items;
    items = realloc(items, (count ? 2 * count : 1) * size);
    if (!items) abort();
    return items;
}

#define PUSH(list, item) \
    ((list)->ptr = room((list)->ptr, (list)->len, sizeof *(list)->ptr), (list)->ptr[(list)->len++] = (item))

static void add(string *to, string text) {
    for (size_t i = 0; i < text.len; i++) PUSH(to, text.ptr[i]);
}

static void add_number(string *to, size_t number) {
    if (number >= 10) add_number(to, number / 10);
    PUSH(to, '0' + number % 10);
}

static bool same(string text, const char *other) {
    return text.len == strlen(other) && memcmp(text.ptr, other, text.len) == 0;
}

static bool begins(string text, const char *start) {
    return text.len >= strlen(start) && memcmp(text.ptr, start, strlen(start)) == 0;
}

static bool fail(plugin_error *err, const char *code, string message) {
    *err = (plugin_error){.code = copy(words(code)), .message = copy(message)};
    return false;
}

// Whether the bytes are UTF-8 as the contract has it: nothing overlong, no surrogates.
static bool is_utf8(string text) {
    for (size_t i = 0; i < text.len;) {
        uint8_t c = text.ptr[i++];
        int more = c < 0x80 ? 0 : c < 0xc2 ? -1 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : c < 0xf5 ? 3 : -1;
        if (more < 0 || (size_t)more > text.len - i) return false;
        uint8_t least = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80, most = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        for (; more > 0; more--, i++, least = 0x80, most = 0xbf)
            if (text.ptr[i] < least || text.ptr[i] > most) return false;
    }
    return true;
}

// What the server calls its answer: printable, and short enough for a cursor.
static bool is_tag(string text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~') return false;
    return text.len > 0 && text.len <= 1024;
}

// `http` or `https`, names joined by points, the last of which begins with a letter, and nothing that needs escaping.
static bool is_web(string url) {
    size_t at = begins(url, "https://") ? 8 : begins(url, "http://") ? 7 : 0, label = at, points = 0;
    if (at == 0) return false;
    for (; at < url.len && !memchr("/?#", url.ptr[at], 3); at++) {
        uint8_t c = url.ptr[at], l = c | 0x20;
        bool letter = l >= 'a' && l <= 'z';
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && (c != '.' || at == label)) return false;
        if (c == '.') label = at + 1, points++;
    }
    uint8_t first = label < at ? url.ptr[label] | 0x20 : 0;
    for (size_t i = at; i < url.len; i++)
        if (url.ptr[i] <= ' ' || url.ptr[i] > '~') return false;
    return points > 0 && first >= 'a' && first <= 'z';
}

// Keys that came before, where their hashes lead to: at most half full, so that a place is found soon.
typedef struct { string *places; size_t room, used; } seen;

static string *place(seen *in, string key) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < key.len; i++) hash = (hash ^ key.ptr[i]) * 16777619u;
    size_t at = hash & (in->room - 1);
    while (in->places[at].ptr && !(in->places[at].len == key.len && memcmp(in->places[at].ptr, key.ptr, key.len) == 0))
        at = (at + 1) & (in->room - 1);
    return &in->places[at];
}

static bool is_new(seen *in, string key) {
    if (2 * (in->used + 1) > in->room) {
        seen wider = {.room = in->room ? 2 * in->room : 64, .used = in->used};
        wider.places = calloc(wider.room, sizeof *wider.places);
        if (!wider.places) abort();
        for (size_t i = 0; i < in->room; i++)
            if (in->places[i].ptr) *place(&wider, in->places[i]) = in->places[i];
        *in = wider;
    }
    string *known = place(in, key);
    if (known->ptr) return false;
    *known = key;
    in->used++;
    return true;
}

static void add_note(page *to, size_t line, const char *code, const char *why) {
    note made = {.code = copy(words(code))};
    add(&made.message, words("line "));
    add_number(&made.message, line);
    add(&made.message, words(": "));
    add(&made.message, words(why));
    PUSH(&to->notes, made);
}

static bool blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\r'; }

// What stands before the next `by`, without blanks around it; `rest` is what follows.
static string part(string *rest, char by) {
    const uint8_t *found = rest->len ? memchr(rest->ptr, by, rest->len) : NULL;
    string text = {.ptr = rest->ptr, .len = found ? (size_t)(found - rest->ptr) : rest->len};
    size_t gone = found ? text.len + 1 : text.len;
    rest->ptr += gone, rest->len -= gone;
    while (text.len > 0 && by == '\t' && blank(*text.ptr)) text.ptr++, text.len--;
    while (text.len > 0 && blank(text.ptr[text.len - 1])) text.len--;
    return text;
}

// Every line is an item or has a note that says why not: nothing is dropped in silence.
static void read_lines(string rest, page *to) {
    seen keys = {0};
    for (size_t number = 1; rest.len > 0; number++) {
        string line = part(&rest, '\n');
        if (line.len == 0 || *line.ptr == '#') continue;
        string key = part(&line, '\t'), url = part(&line, '\t'), title = part(&line, '\t');
        if (key.len == 0 || title.len == 0) {
            add_note(to, number, "entry_skipped", "it has no key or no title");
        } else if (!is_new(&keys, key)) {
            add_note(to, number, "duplicate_item", "its key came before");
        } else {
            item made = {.key = copy(key), .title = {.is_some = true, .val = copy(title)}};
            if (is_web(url))
                made.url = (option){.is_some = true, .val = copy(url)};
            else
                add_note(to, number, "link_not_web", "its address is not http or https");
            PUSH(&to->items, made);
        }
    }
}

// A text among the operator's options, which are a JSON object that the host has checked against the manifest's schema.
static string option_of(string config, const char *name) {
    for (string rest = config; rest.len > 0; rest.ptr++, rest.len--) {
        if (!begins(rest, name)) continue;
        string value = {.ptr = rest.ptr + strlen(name), .len = rest.len - strlen(name)};
        while (value.len > 0 && *value.ptr != '"') value.ptr++, value.len--;
        if (value.len == 0) break;
        value.ptr++, value.len--;
        return part(&value, '"');
    }
    return (string){0};
}

// What the host's client says went wrong, in its order; the first two are for the operator to act on.
static const char *const ERRORS[] = {"its host is not granted", "its address is blocked", "the run is offline",
                                     "it asks for fewer requests", "it took too long", "it is too large",
                                     "a limit of this call was met", "the request is not one", "the connection failed"};

static bool refused(plugin_error *err, string url, huntsmith_host_http_http_error_t error) {
    string message = {0};
    add(&message, url);
    add(&message, words(" was not fetched: "));
    add(&message, words(ERRORS[error.tag]));
    return fail(err, error.tag < 2 ? "configuration" : "unavailable", message);
}

// The answer's bytes and its tag; `unchanged` where nothing changed since the tag.
static bool get(string url, option *tag, string *answer, bool *unchanged, plugin_error *err) {
    huntsmith_host_http_request_t request = {.method = words("GET"), .url = url};
    huntsmith_host_http_header_t accept = {.name = words("Accept"), .value = words("text/plain")};
    PUSH(&request.headers, accept);
    if (tag->is_some) {
        huntsmith_host_http_header_t known = {.name = words("If-None-Match"), .value = tag->val};
        PUSH(&request.headers, known);
    }
    huntsmith_host_http_response_t response;
    huntsmith_host_http_http_error_t error;
    if (!huntsmith_host_http_fetch(&request, &response, &error)) return refused(err, url, error);
    feed_source_list_u8_t chunk;
    do {
        // At most 1 MiB comes at once, and nothing at the end.
        if (!huntsmith_host_http_method_body_read(huntsmith_host_http_borrow_body(response.body), 1 << 20, &chunk, &error))
            return refused(err, url, error);
        add(answer, (string){.ptr = chunk.ptr, .len = chunk.len});
    } while (chunk.len > 0);
    huntsmith_host_http_body_drop_own(response.body);
    if (response.status < 200 || (response.status > 299 && response.status != 304)) {
        string message = {0};
        add(&message, url);
        add(&message, words(" answered "));
        add_number(&message, response.status);
        return fail(err, "unavailable", message);
    }
    *unchanged = response.status == 304;
    if (*unchanged) return true;
    tag->is_some = false;
    for (size_t i = 0; i < response.headers.len; i++) {
        huntsmith_host_http_header_t header = response.headers.ptr[i];
        for (size_t at = 0; at < header.name.len; at++) header.name.ptr[at] |= 0x20;
        if (same(header.name, "etag") && is_tag(header.value)) *tag = (option){.is_some = true, .val = header.value};
    }
    return true;
}

// Runs once, when the plugin is prepared: false and a text in `err` stop it from being loaded. Build tables here.
bool exports_feed_source_init(string *err) {
    (void)err;
    return true;
}

// `maybe_input` is a local file that the operator named; without one, the feed's address is asked. The cursor keeps what the
// server said of its answer, so that the next poll only gets what changed. False and `err` where the call fails.
bool exports_huntsmith_feed_feed_poll(huntsmith_host_common_context_t *ctx,
                                      huntsmith_article_types_document_t *maybe_input, string *maybe_cursor, page *made,
                                      plugin_error *err) {
    memset(made, 0, sizeof *made);
    string text = {0};
    option tag = {0};
    if (maybe_input) {
        text = (string){.ptr = maybe_input->bytes.ptr, .len = maybe_input->bytes.len};
    } else {
        string url = option_of(ctx->config, "\"url\":");
        bool unchanged = false;
        if (url.len == 0) return fail(err, "configuration", words("the feed has no `url` to fetch it from"));
        if (maybe_cursor && is_tag(*maybe_cursor)) tag = (option){.is_some = true, .val = *maybe_cursor};
        if (!get(url, &tag, &text, &unchanged, err)) return false;
        if (tag.is_some) made->cursor = (option){.is_some = true, .val = copy(tag.val)};
        if (unchanged) return true;
    }
    if (!is_utf8(text)) return fail(err, "unsupported", words("the feed is not UTF-8"));
    if (!begins(text, "#lines")) return fail(err, "unsupported", words("the first line is not `#lines`"));
    read_lines(text, made);
    return true;
}
