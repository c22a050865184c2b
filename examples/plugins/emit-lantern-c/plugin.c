// Hunts in Lantern, an invented query language:
//
//   # Title
//   find processes since 2592000s where (path ends '\evil.exe' or arguments holds '-enc')
//
// A dialect is tables (which stream carries which events) and a few rules. Text of an article gets into a query through
// `literal` alone, and what cannot be said is refused with a code and a place: never leave a condition out.
//
// `query_emitter.h` is made of the contract by `huntsmith plugin build`. A list of the contract is a pointer and a length, a
// text too, without a zero at its end. An instance answers one call and is thrown away, so nothing is freed here; what is
// handed back is freed by the bindings, and has to come from malloc: copy with `query_emitter_string_dup`.
#include "query_emitter.h"
#include <stdlib.h>
#include <string.h>

typedef huntsmith_hunt_plan_hunt_t hunt;
typedef huntsmith_hunt_plan_list_node_t nodes;
typedef huntsmith_hunt_plan_search_t search;
typedef huntsmith_hunt_plan_test_t test;
typedef huntsmith_hunt_plan_value_t value;
typedef exports_huntsmith_hunt_emitter_artifact_t artifact;
typedef exports_huntsmith_hunt_emitter_literal_t literal;
typedef exports_huntsmith_hunt_emitter_place_t place;
typedef exports_huntsmith_hunt_emitter_refusal_t refusal;
typedef exports_huntsmith_hunt_emitter_result_list_artifact_list_refusal_t result;
typedef exports_huntsmith_hunt_emitter_target_t target;
typedef query_emitter_option_u32_t option_u32;
typedef query_emitter_string_t string;

// Event class: Lantern's stream, and its name for each field.
typedef struct {
    const char *category, *name;
    struct { const char *field, *name; } columns[5];
} stream;
static const stream STREAMS[] = {
    {"process_creation", "processes", {{"Image", "path"}, {"CommandLine", "arguments"}, {"User", "user"}, {"sha256", "digest"}}},
    {"file_event", "files", {{"TargetFilename", "path"}, {"Image", "by"}, {"sha256", "digest"}}},
    {"network_connection", "flows", {{"DestinationIp", "peer"}, {"DestinationHostname", "name"}, {"Image", "by"}}},
    {"dns_query", "dns", {{"QueryName", "name"}, {"Image", "by"}}},
};
#define COUNT (sizeof STREAMS / sizeof *STREAMS)

// In the contract's order; Lantern has a verb for the first four.
static const char *const OPERATORS[] = {"equals", "contains", "starts-with", "ends-with", "word", "like", "matches",
                                        "within", "less", "less-or-equal", "greater", "greater-or-equal", "exists"};
static const char *const VERBS[] = {" is ", " holds ", " begins ", " ends "};
#define KNOWN (sizeof VERBS / sizeof *VERBS)
static const char *const KINDS[] = {"text", "integer", "float", "boolean", "null", "pattern", "regex", "address", "network",
                                    "path", "registry", "url", "domain", "digest", "field", "list-reference", "placeholder"};
#define DEPTH 64

// What nobody sees, what reorders text, and what ends a line: of Unicode's categories C and Z, all but the blank.
static const uint32_t UNSEEN[][2] = {
    {0, 0x1f},          {0x7f, 0xa0},       {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},   {0x6dd, 0x6dd},
    {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},     {0x1680, 0x1680},   {0x180e, 0x180e}, {0x2000, 0x200f},
    {0x2028, 0x202f},   {0x205f, 0x206f},   {0x3000, 0x3000},   {0xd800, 0xf8ff},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
    {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff},
};

// A text of the program itself, which nobody frees; it is copied before it is handed back.
static string words(const char *text) { return (string){.ptr = (uint8_t *)text, .len = strlen(text)}; }

static string copy(string text) {
    string made;
    query_emitter_string_dup_n(&made, (const char *)text.ptr, text.len);
    return made;
}

static bool same(string text, const char *other) {
    return text.len == strlen(other) && memcmp(text.ptr, other, text.len) == 0;
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

// The character that begins at `at`, and how many bytes it has. The host hands on valid UTF-8 alone.
static uint32_t character(string text, size_t at, size_t *length) {
    uint8_t c = text.ptr[at];
    *length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    uint32_t code = *length == 1 ? c : c & (0xffu >> (*length + 1));
    for (size_t i = 1; i < *length; i++) code = code << 6 | (text.ptr[at + i] & 0x3f);
    return code;
}

static bool unseen(uint32_t code) {
    for (size_t i = 0; i < sizeof UNSEEN / sizeof *UNSEEN; i++)
        if (code >= UNSEEN[i][0] && code <= UNSEEN[i][1]) return true;
    return false;
}

// A query on its way: what is said, and why it cannot be.
typedef struct {
    artifact said;
    refusal why;
} query;

// The dialect cannot say it: a code of VOCABULARY.md, what, where, and why.
static bool refuse(query *to, const char *code, string what, place where, const char *reason) {
    where.part = copy(where.part);
    to->why = (refusal){.code = copy(words(code)), .what = copy(what), .place = where, .reason = copy(words(reason))};
    return false;
}

static void word(query *to, const char *text) {
    for (; *text; text++) PUSH(&to->said.text, *text);
}

static void number(query *to, uint32_t count) {
    if (count >= 10) number(to, count / 10);
    PUSH(&to->said.text, '0' + count % 10);
}

// Single quotes, doubled inside; nothing that cannot be seen.
static bool say_literal(query *to, string text, place where, uint32_t value) {
    literal made = {.place = where, .value = value, .start = to->said.text.len};
    word(to, "'");
    for (size_t at = 0, length; at < text.len; at += length) {
        if (unseen(character(text, at, &length)))
            return refuse(to, "unsupported-value", words("control character"), where, "Lantern has no way to write it");
        for (size_t i = 0; i < length; i++) PUSH(&to->said.text, text.ptr[at + i]);
        if (text.ptr[at] == '\'') word(to, "'");
    }
    word(to, "'");
    made.end = to->said.text.len;
    made.place.part = copy(where.part);
    PUSH(&to->said.literals, made);
    return true;
}

// A form of a value that stands in events, and the operator that it needs.
typedef struct { string text; uint8_t operator_; } form;

static string after(const char *start, string text) {
    string made = {0};
    for (; *start; start++) PUSH(&made, *start);
    for (size_t i = 0; i < text.len; i++) PUSH(&made, text.ptr[i]);
    return made;
}

// How many forms a value has; none where Lantern cannot say it.
static size_t forms(const value *it, uint8_t operator_, form out[2]) {
    const uint8_t ends = HUNTSMITH_HUNT_PLAN_OPERATOR_ENDS_WITH;
    out[0].operator_ = operator_;
    switch (it->tag) {
        case HUNTSMITH_HUNT_PLAN_VALUE_TEXT: out[0].text = it->val.text; return 1;
        case HUNTSMITH_HUNT_PLAN_VALUE_ADDRESS: out[0].text = it->val.address; return 1;
        case HUNTSMITH_HUNT_PLAN_VALUE_DIGEST: out[0].text = it->val.digest.hex; return 1;
        case HUNTSMITH_HUNT_PLAN_VALUE_URL: out[0].text = it->val.url.full; return 1;
        case HUNTSMITH_HUNT_PLAN_VALUE_DOMAIN:
            out[0].text = it->val.domain.ascii;
            out[1] = (form){.text = after(".", it->val.domain.ascii), .operator_ = ends};
            return it->val.domain.subdomains ? 2 : 1;
        case HUNTSMITH_HUNT_PLAN_VALUE_PATH:
            out[0].text = it->val.path.directory.is_some ? it->val.path.full : it->val.path.name;
            out[1] = (form){.text = after("\\", it->val.path.name), .operator_ = ends};
            return it->val.path.directory.is_some ? 1 : 2;
        default: return 0;
    }
}

static bool say_test(query *to, const test *it, place where, const stream *from) {
    const char *column = NULL;
    for (size_t i = 0; !column && from->columns[i].field; i++)
        if (same(it->field, from->columns[i].field)) column = from->columns[i].name;
    if (it->values.len == 0) return refuse(to, "invalid-plan", it->field, where, "a test has at least one value");
    if (!column) return refuse(to, "unsupported-field", it->field, where, "this stream does not carry it");
    string operator_ = words(OPERATORS[it->operator_]);
    if (it->values.ptr[0].tag == HUNTSMITH_HUNT_PLAN_VALUE_BOOLEAN && it->operator_ != HUNTSMITH_HUNT_PLAN_OPERATOR_EQUALS &&
        it->operator_ != HUNTSMITH_HUNT_PLAN_OPERATOR_EXISTS)
        return refuse(to, "invalid-plan", operator_, where, "this operator does not go with this kind of value");
    if (it->operator_ >= KNOWN || it->case_sensitive)
        return refuse(to, "unsupported-operator", it->case_sensitive ? words("case-sensitive") : operator_, where,
                      "Lantern knows is, holds, begins and ends, without case");
    for (size_t index = 0; index < it->values.len; index++) {
        const value *one = &it->values.ptr[index];
        form found[2];
        size_t count = forms(one, it->operator_, found);
        if (count == 0)
            return refuse(to, "unsupported-value", words(KINDS[one->tag]), where, "Lantern compares text only");
        word(to, index == 0 ? "(" : it->all ? " and (" : " or (");
        for (size_t i = 0; i < count; i++) {
            word(to, i == 0 ? "" : " or ");
            word(to, column);
            word(to, VERBS[found[i].operator_]);
            if (!say_literal(to, found[i].text, where, index)) return false;
        }
        word(to, ")");
    }
    return true;
}

// One node. Children come before their parents, so a node that names a later one is no plan.
static bool say(query *to, const nodes *all, uint32_t at, uint32_t number, const stream *from, int depth) {
    place where = {.part = words("search"), .index = number, .node = {.is_some = at < all->len, .val = at}};
    if (at >= all->len || depth > DEPTH)
        return refuse(to, depth > DEPTH ? "too-large" : "invalid-plan", words("node"), where,
                      "the condition is nested too deeply, or names a node that is not there");
    huntsmith_hunt_plan_node_t *node = &all->ptr[at];
    huntsmith_hunt_plan_list_node_id_t children = node->val.all;
    const char *between = " and ";
    switch (node->tag) {
        case HUNTSMITH_HUNT_PLAN_NODE_TEST:
            word(to, "(");
            if (!say_test(to, &node->val.test, where, from)) return false;
            word(to, ")");
            return true;
        case HUNTSMITH_HUNT_PLAN_NODE_KEYWORDS:
            return refuse(to, "unsupported-operator", words("keywords"), where, "Lantern has no search in all fields");
        case HUNTSMITH_HUNT_PLAN_NODE_NEGATE:
            children = (huntsmith_hunt_plan_list_node_id_t){.ptr = &node->val.negate, .len = 1};
            word(to, "not ");
            break;
        case HUNTSMITH_HUNT_PLAN_NODE_ANY: children = node->val.any, between = " or "; break;
    }
    if (children.len == 0) return refuse(to, "invalid-plan", words("node"), where, "a node without a child");
    word(to, "(");
    for (size_t i = 0; i < children.len; i++) {
        if (children.ptr[i] >= at)
            return refuse(to, "invalid-plan", words("node"), where, "a child that does not come before it");
        word(to, i == 0 ? "" : between);
        if (!say(to, all, children.ptr[i], number, from, depth + 1)) return false;
    }
    word(to, ")");
    return true;
}

// Whether the operator's mapping is a JSON object without a member.
static bool is_empty(string json) {
    size_t seen = 0;
    for (size_t at = 0; at < json.len; at++) {
        if (json.ptr[at] == ' ' || json.ptr[at] == '\n' || json.ptr[at] == '\t' || json.ptr[at] == '\r') continue;
        if (seen == 2 || json.ptr[at] != "{}"[seen++]) return false;
    }
    return seen == 2;
}

static bool say_search(query *to, const search *it, uint32_t number_, uint32_t seconds) {
    string category = it->class_.category.is_some ? it->class_.category.val : words("none");
    const stream *from = NULL;
    for (size_t i = 0; !from && i < COUNT; i++)
        if (same(category, STREAMS[i].category)) from = &STREAMS[i];
    place where = {.part = words("search"), .index = number_};
    if (!from) return refuse(to, "unsupported-class", category, where, "no stream has these events");
    word(to, number_ == 0 ? "find " : "then find ");
    word(to, from->name);
    word(to, " since ");
    number(to, seconds);
    word(to, "s where ");
    if (!say(to, &it->predicate.nodes, it->predicate.root, number_, from, 0)) return false;
    word(to, "\n");
    return true;
}

static bool say_hunt(query *to, const hunt *it, const target *wanted) {
    place here = {.part = words("hunt")};
    if (!same(wanted->form, "query") || !is_empty(wanted->mapping))
        return refuse(to, "invalid-options", words("form or mapping"), here, "Lantern has queries without options");
    if (it->stages.len > 0) {
        here.part = words("stage");
        return refuse(to, "unsupported-stage", here.part, here, "Lantern has none");
    }
    if (it->correlations.len > 0) {
        here.part = words("correlation");
        return refuse(to, "unsupported-correlation", here.part, here, "Lantern has none");
    }
    if (it->window.tag != HUNTSMITH_HUNT_PLAN_WINDOW_LAST_SECONDS)
        return refuse(to, "unsupported-value", words("window"), here, "Lantern only looks back from now");
    if (it->searches.len == 0) return refuse(to, "invalid-plan", words("searches"), here, "the hunt has no search");
    word(to, "# ");
    for (size_t at = 0, length; at < it->title.len; at += length) {
        bool hidden = unseen(character(it->title, at, &length));
        for (size_t i = 0; i < (hidden ? 1 : length); i++) PUSH(&to->said.text, hidden ? ' ' : it->title.ptr[at + i]);
    }
    word(to, "\n");
    for (size_t i = 0; i < it->searches.len; i++)
        if (!say_search(to, &it->searches.ptr[i], i, it->window.val.last_seconds)) return false;
    to->said.name = copy(it->id);
    to->said.media_type = copy(words("text/plain"));
    to->said.language = copy(words("lantern"));
    return true;
}

// Runs once, when the plugin is prepared: false and a text in `err` stop it from being loaded. Build tables here.
bool exports_query_emitter_init(string *err) {
    (void)err;
    return true;
}

// One result a hunt, in order: what was said, or why it cannot be.
void exports_huntsmith_hunt_emitter_emit(huntsmith_host_common_context_t *ctx,
                                         exports_huntsmith_hunt_emitter_list_hunt_t *hunts, target *wanted,
                                         exports_huntsmith_hunt_emitter_list_result_list_artifact_list_refusal_t *answers) {
    (void)ctx;
    memset(answers, 0, sizeof *answers);
    for (size_t i = 0; i < hunts->len; i++) {
        query made;
        result answer;
        memset(&made, 0, sizeof made);
        memset(&answer, 0, sizeof answer);
        answer.is_err = !say_hunt(&made, &hunts->ptr[i], wanted);
        if (answer.is_err)
            PUSH(&answer.val.err, made.why);
        else
            PUSH(&answer.val.ok, made.said);
        PUSH(answers, answer);
    }
}
