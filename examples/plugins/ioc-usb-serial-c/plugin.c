// Finds serial numbers of USB devices: what follows the words "USB serial", where it looks like one.
//
// `ioc_extractor.h` is made of the contract by `huntsmith plugin build`. A list of the contract is a pointer and a length, a
// text too, without a zero at its end. An instance answers one call and is thrown away, so nothing is freed here; what is
// handed back is freed by the bindings, and has to come from malloc: copy with `ioc_extractor_string_dup`.
#include "ioc_extractor.h"
#include <stdlib.h>
#include <string.h>

#define KIND "usb_serial"
// What an author writes before a serial number, in lower case.
#define CUE "usb serial "

typedef exports_huntsmith_article_extractor_extraction_t extraction;
typedef huntsmith_article_types_indicator_t indicator;
typedef huntsmith_article_types_rejection_t rejection;
typedef huntsmith_article_types_span_t span;
typedef ioc_extractor_string_t string;

// Only ASCII: the C library's own functions ask for a locale.
static bool digit(uint8_t c) { return c >= '0' && c <= '9'; }
static bool letter(uint8_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static uint8_t lower(uint8_t c) { return letter(c) ? c | 0x20 : c; }
static uint8_t upper(uint8_t c) { return letter(c) ? c & ~0x20 : c; }

static string copy(const char *text) {
    string made;
    ioc_extractor_string_dup(&made, text);
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

static bool cue_at(string text, size_t at) {
    size_t length = strlen(CUE);
    if (text.len - at < length) return false;
    for (size_t i = 0; i < length; i++)
        if (lower(text.ptr[at + i]) != (uint8_t)CUE[i]) return false;
    return true;
}

static indicator *known(extraction *found, string value) {
    for (size_t i = 0; i < found->indicators.len; i++) {
        string other = found->indicators.ptr[i].value;
        if (other.len == value.len && memcmp(other.ptr, value.ptr, value.len) == 0) return &found->indicators.ptr[i];
    }
    return NULL;
}

static void keep(extraction *found, string value, span place) {
    indicator *same = known(found, value);
    if (!same) {
        indicator made = {.kind = copy(KIND), .value = value, .role = copy("attacker"), .confidence = 80};
        PUSH(&made.reasons, copy("stated"));
        PUSH(&found->indicators, made);
        same = &found->indicators.ptr[found->indicators.len - 1];
    }
    PUSH(&same->spans, place);
}

// Runs once, when the plugin is prepared: false and a text in `err` stop it from being loaded. Build tables here.
bool exports_ioc_extractor_init(string *err) {
    (void)err;
    return true;
}

// False and `err` where the call fails. Spans are bytes of the article's text.
bool exports_huntsmith_article_extractor_extract(huntsmith_host_common_context_t *ctx,
                                                 huntsmith_article_types_article_t *article, extraction *found,
                                                 huntsmith_host_common_plugin_error_t *err) {
    (void)ctx, (void)err;
    string text = article->content.text;
    memset(found, 0, sizeof *found);
    for (size_t at = 0; at < text.len; at++) {
        if (!cue_at(text, at)) continue;
        size_t start = at + strlen(CUE), length = 0;
        bool has_digit = false;
        while (start + length < text.len && (digit(text.ptr[start + length]) || letter(text.ptr[start + length])))
            has_digit |= digit(text.ptr[start + length++]);
        if (length == 0) continue;
        string value;
        ioc_extractor_string_dup_n(&value, (const char *)text.ptr + start, length);
        for (size_t i = 0; i < length; i++) value.ptr[i] = upper(value.ptr[i]);
        span place = {.start = start, .end = start + length};
        if (length >= 8 && has_digit) {
            keep(found, value, place);
        } else {
            // Nothing is dropped without a reason.
            rejection made = {.kind = copy(KIND), .value = value, .span = place, .reason = copy("not-a-serial")};
            PUSH(&found->rejections, made);
        }
    }
    return true;
}
