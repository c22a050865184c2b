//! The attributes that readers use; others are not kept.

macro_rules! attributes {
    ($($variant:ident $name:literal)*) => {
        /// An attribute's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Attribute { $($variant),* }

        impl Attribute {
            /// By lower-case name.
            fn named(name: &[u8]) -> Option<Attribute> {
                match name {
                    $($name => Some(Attribute::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

attributes! {
    Alt b"alt" AriaHidden b"aria-hidden" Class b"class" Colspan b"colspan" Content b"content"
    DataCfemail b"data-cfemail" Datetime b"datetime" Hidden b"hidden" Href b"href" HttpEquiv b"http-equiv" Id b"id"
    Itemprop b"itemprop" Lang b"lang" Name b"name" Property b"property" Rel b"rel" Role b"role" Rowspan b"rowspan"
    Style b"style" Type b"type"
}

impl Attribute {
    /// By the name as it is written, in whatever case.
    pub(crate) fn written(name: &[u8]) -> Option<Attribute> {
        let mut lower = [0u8; 12];
        let lower = lower.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        Attribute::named(lower)
    }
}
