//! Element names, and what the tree builder and the writer must know of each.

macro_rules! tags {
    ($($variant:ident $name:literal)*) => {
        /// An element's name; `Phrase` for those that mark words and nothing else, `Other` for the unknown.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub enum Tag { #[default] Other, Phrase, $($variant),* }

        impl Tag {
            /// By lower-case name.
            pub fn named(name: &[u8]) -> Tag {
                match name {
                    $($name => Tag::$variant,)*
                    b"abbr" | b"acronym" | b"bdi" | b"bdo" | b"big" | b"cite" | b"data" | b"del" | b"dfn" | b"ins"
                    | b"label" | b"mark" | b"nobr" | b"rb" | b"ruby" | b"strike" | b"var" => Tag::Phrase,
                    _ => Tag::Other,
                }
            }

            /// For end-tag searches in the source.
            pub fn as_bytes(self) -> &'static [u8] {
                match self { $(Tag::$variant => $name,)* Tag::Other | Tag::Phrase => b"" }
            }
        }
    };
}

tags! {
    A b"a" Address b"address" Area b"area" Article b"article" Aside b"aside" Audio b"audio" B b"b" Base b"base"
    Blockquote b"blockquote" Body b"body" Br b"br" Button b"button" Canvas b"canvas" Caption b"caption"
    Center b"center" Code b"code" Col b"col" Dd b"dd" Details b"details" Dialog b"dialog" Div b"div" Dl b"dl"
    Dt b"dt" Em b"em" Embed b"embed" Fieldset b"fieldset" Figcaption b"figcaption" Figure b"figure" Font b"font"
    Footer b"footer" Form b"form" H1 b"h1" H2 b"h2" H3 b"h3" H4 b"h4" H5 b"h5" H6 b"h6" Head b"head"
    Header b"header" Hgroup b"hgroup" Hr b"hr" Html b"html" I b"i" Iframe b"iframe" Img b"img" Input b"input"
    Kbd b"kbd" Li b"li" Link b"link" Listing b"listing" Main b"main" Map b"map" Math b"math" Menu b"menu"
    Meta b"meta" Nav b"nav" Noembed b"noembed" Noframes b"noframes" Noscript b"noscript" Object b"object" Ol b"ol"
    Option b"option" P b"p" Param b"param" Plaintext b"plaintext" Pre b"pre" Q b"q" S b"s" Samp b"samp"
    Script b"script" Section b"section" Select b"select" Small b"small" Source b"source" Span b"span"
    Strong b"strong" Style b"style" Sub b"sub" Summary b"summary" Sup b"sup" Svg b"svg" Table b"table"
    Tbody b"tbody" Td b"td" Template b"template" Textarea b"textarea" Tfoot b"tfoot" Th b"th" Thead b"thead"
    Time b"time" Title b"title" Tr b"tr" Track b"track" Tt b"tt" U b"u" Ul b"ul" Video b"video" Wbr b"wbr"
    Xmp b"xmp"
}

impl Tag {
    /// 1 to 6 for a heading.
    pub fn heading(self) -> Option<u8> {
        use Tag::*;
        Some(match self {
            H1 => 1,
            H2 => 2,
            H3 => 3,
            H4 => 4,
            H5 => 5,
            H6 => 6,
            _ => return None,
        })
    }

    /// Has neither content nor end tag.
    pub fn is_void(self) -> bool {
        use Tag::*;
        matches!(self, Area | Base | Br | Col | Embed | Hr | Img | Input | Link | Meta | Param | Source | Track | Wbr)
    }

    /// Its content is text up to its own end tag; with `true`, character references in it are resolved.
    pub fn raw(self) -> Option<bool> {
        use Tag::*;
        match self {
            Script | Style | Xmp | Iframe | Noembed | Noframes | Svg | Math => Some(false),
            Title | Textarea => Some(true),
            _ => None,
        }
    }

    /// Stands in a line of text.
    pub fn is_inline(self) -> bool {
        use Tag::*;
        matches!(
            self,
            A | B
                | Br
                | Code
                | Em
                | Font
                | I
                | Img
                | Kbd
                | Phrase
                | Q
                | S
                | Samp
                | Small
                | Span
                | Strong
                | Sub
                | Sup
                | Time
                | Tt
                | U
                | Wbr
        )
    }

    /// A start tag of it ends an open `p`.
    pub fn ends_paragraph(self) -> bool {
        use Tag::*;
        self.heading().is_some()
            || matches!(
                self,
                Address
                    | Article
                    | Aside
                    | Blockquote
                    | Center
                    | Dd
                    | Details
                    | Dialog
                    | Div
                    | Dl
                    | Dt
                    | Fieldset
                    | Figcaption
                    | Figure
                    | Footer
                    | Form
                    | Header
                    | Hgroup
                    | Hr
                    | Li
                    | Listing
                    | Main
                    | Menu
                    | Nav
                    | Ol
                    | P
                    | Pre
                    | Section
                    | Summary
                    | Table
                    | Ul
                    | Xmp
            )
    }

    /// Never part of an article's text.
    pub fn is_silent(self) -> bool {
        use Tag::*;
        matches!(
            self,
            Audio
                | Button
                | Canvas
                | Dialog
                | Embed
                | Head
                | Iframe
                | Input
                | Map
                | Math
                | Meta
                | Noembed
                | Noframes
                | Noscript
                | Object
                | Option
                | Script
                | Select
                | Style
                | Svg
                | Template
                | Textarea
                | Title
                | Video
        )
    }
}
