// Knows a few phrases and the technique that each stands for. The evidence is the sentence that holds the phrase.
//
// `technique_classifier.h` is made of the contract by `huntsmith plugin build`. A list of the contract is a pointer and a
// length, a text too, without a zero at its end. An instance answers one call and is thrown away, so nothing is freed
// here; what is handed back is freed by the bindings, and has to come from malloc: copy with
// `technique_classifier_string_dup`.
#include "technique_classifier.h"
#include <stdlib.h>
#include <string.h>

typedef exports_huntsmith_article_classifier_technique_t technique;
typedef exports_huntsmith_article_classifier_classification_t classification;
typedef huntsmith_article_types_span_t span;
typedef technique_classifier_string_t string;

// Lower-case phrase, technique, and how sure one can be: of a hundred at 70, about seventy are right.
static const struct { const char *phrase, *id; uint8_t confidence; } PHRASES[] = {
    {"scheduled task", "T1053.005", 60},
    {"dumped lsass", "T1003.001", 85},
    {"golden ticket", "T1558.001", 80},
    {"phishing mail", "T1566", 70},
};
#define COUNT (sizeof PHRASES / sizeof *PHRASES)

// Only ASCII: the C library's own functions ask for a locale.
static uint8_t lower(uint8_t c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; }
static bool blank(uint8_t c) { return c == ' ' || c == '\t' || c == '\n'; }

static string copy(const char *text) {
    string made;
    technique_classifier_string_dup(&made, text);
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

static bool holds(string text, span sentence, const char *phrase) {
    size_t length = strlen(phrase);
    for (size_t at = sentence.start; at + length <= sentence.end; at++) {
        size_t same = 0;
        while (same < length && lower(text.ptr[at + same]) == (uint8_t)phrase[same]) same++;
        if (same == length) return true;
    }
    return false;
}

// The sentence that begins at or after `from`, without the white space around it: up to a full stop or the line's end.
static span sentence_from(string text, size_t from) {
    while (from < text.len && blank(text.ptr[from])) from++;
    size_t end = from;
    while (end < text.len && text.ptr[end] != '\n')
        if (text.ptr[end++] == '.') break;
    span found = {.start = from, .end = end};
    while (found.end > found.start && blank(text.ptr[found.end - 1])) found.end--;
    return found;
}

// Runs once, when the plugin is prepared: false and a text in `err` stop it from being loaded. Build tables here.
bool exports_technique_classifier_init(string *err) {
    (void)err;
    return true;
}

// False and `err` where the call fails. Spans are bytes of the article's text.
bool exports_huntsmith_article_classifier_classify(
    huntsmith_host_common_context_t *ctx, huntsmith_article_types_article_t *article,
    exports_huntsmith_article_classifier_list_indicator_t *indicators,
    exports_huntsmith_article_classifier_list_observation_t *observations, classification *answer,
    huntsmith_host_common_plugin_error_t *err) {
    (void)ctx, (void)indicators, (void)observations, (void)err;
    string text = article->content.text;
    technique found[COUNT];
    memset(found, 0, sizeof found);
    memset(answer, 0, sizeof *answer);
    for (span sentence = sentence_from(text, 0); sentence.start < sentence.end;
         sentence = sentence_from(text, sentence.end))
        for (size_t i = 0; i < COUNT; i++)
            if (holds(text, sentence, PHRASES[i].phrase)) PUSH(&found[i].evidence, sentence);
    for (size_t i = 0; i < COUNT; i++) {
        if (found[i].evidence.len == 0) continue;
        found[i].id = copy(PHRASES[i].id);
        found[i].source = copy("inferred");
        found[i].confidence = PHRASES[i].confidence;
        PUSH(&found[i].reasons, copy("phrase"));
        PUSH(&answer->techniques, found[i]);
    }
    return true;
}
