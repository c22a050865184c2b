// Reads notes: a line that begins with `== ` is a heading, what stands between blank lines is a paragraph. Notes are ASCII
// here: text goes back in Unicode's normal form C, and the tables for that are nothing for an example in C.
//
// `document_reader.h` is made of the contract by `huntsmith plugin build`. A list of the contract is a pointer and a length,
// a text too, without a zero at its end. An instance answers one call and is thrown away, so nothing is freed here; what is
// handed back is freed by the bindings, and has to come from malloc: copy with `document_reader_string_dup`.
#include "document_reader.h"
#include <stdlib.h>
#include <string.h>

typedef huntsmith_article_types_content_t content;
typedef huntsmith_article_types_block_t block;
typedef huntsmith_host_common_note_t note;
typedef document_reader_string_t string;

static string copy(const char *text) {
    string made;
    document_reader_string_dup(&made, text);
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

// A document on its way into a content.
typedef struct {
    content *made;
    // Of the heading that the next paragraph stands under.
    document_reader_option_u32_t heading;
    // The last block is open: more text of its kind goes to its end.
    bool open, strange;
} writer;

static void end_block(writer *to) { to->open = false; }

// A line's text to the open block, or to a new one: white space collapsed, control characters left out.
static void add(writer *to, const uint8_t *line, size_t length, bool is_heading) {
    content *made = to->made;
    bool blank = true;
    for (size_t at = 0; at < length; at++) {
        uint8_t c = line[at];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            blank = true;
            continue;
        }
        if (c < ' ' || c == 0x7f) continue;
        if (!to->open) {
            if (made->text.len > 0) {
                PUSH(&made->text, '\n');
                PUSH(&made->text, '\n');
            }
            block begun = {.span = {.start = made->text.len}, .kind = copy(is_heading ? "heading" : "paragraph"),
                           .level = is_heading};
            if (!is_heading) begun.heading = to->heading;
            PUSH(&made->blocks, begun);
            to->open = true;
        } else if (blank) {
            PUSH(&made->text, ' ');
        }
        blank = false;
        to->strange |= c > 0x7f;
        PUSH(&made->text, c > 0x7f ? '?' : c);
        made->blocks.ptr[made->blocks.len - 1].span.end = made->text.len;
    }
}

// A heading is a block of its own; the first one is the title.
static void add_heading(writer *to, const uint8_t *line, size_t length) {
    content *made = to->made;
    end_block(to);
    add(to, line, length, true);
    if (!to->open) return;
    end_block(to);
    block *last = &made->blocks.ptr[made->blocks.len - 1];
    to->heading = (document_reader_option_u32_t){.is_some = true, .val = made->blocks.len - 1};
    if (made->title.is_some) return;
    made->title.is_some = true;
    const char *text = (const char *)made->text.ptr + last->span.start;
    document_reader_string_dup_n(&made->title.val, text, last->span.end - last->span.start);
}

// Runs once, when the plugin is prepared: false and a text in `err` stop it from being loaded. Build tables here.
bool exports_document_reader_init(string *err) {
    (void)err;
    return true;
}

// False and `err` where the call fails. Spans are bytes of the text that is handed back.
bool exports_huntsmith_article_reader_read(huntsmith_host_common_context_t *ctx,
                                           huntsmith_article_types_document_t *document,
                                           exports_huntsmith_article_reader_reading_t *reading,
                                           huntsmith_host_common_plugin_error_t *err) {
    (void)ctx;
    const uint8_t *bytes = document->bytes.ptr;
    size_t length = document->bytes.len;
    memset(reading, 0, sizeof *reading);
    memset(err, 0, sizeof *err);
    // An error is for input of which nothing can be said; `unsupported` hands it to the next reader.
    if (length == 0 || memchr(bytes, 0, length)) {
        err->code = copy("unsupported");
        err->message = copy("the document is empty, or no text");
        return false;
    }
    content made;
    memset(&made, 0, sizeof made);
    writer to = {.made = &made};
    for (size_t at = 0, end; at < length; at = end + 1) {
        const uint8_t *found = memchr(bytes + at, '\n', length - at);
        end = found ? (size_t)(found - bytes) : length;
        const uint8_t *line = bytes + at;
        size_t size = end - at;
        if (size > 0 && line[size - 1] == '\r') size--;
        if (size == 0)
            end_block(&to);
        else if (size > 3 && memcmp(line, "== ", 3) == 0)
            add_heading(&to, line + 3, size - 3);
        else
            add(&to, line, size, false);
    }
    PUSH(&reading->contents, made);
    if (to.strange) {
        note mended = {.code = copy("undecodable_bytes"), .message = copy("what is not ASCII was read as `?`")};
        PUSH(&reading->notes, mended);
    }
    return true;
}
