//! What every emitter needs, so that a dialect is tables and a few rules.
//!
//! A hunt goes through four steps. [`crate::tree`] checks a predicate and borrows it as a tree. [`lower`] applies the
//! dialect's [`table`]: fields become native columns, values the forms that logs use, and what comes out is a
//! [`formula`]. Where a dialect lacks an operator, [`formula::Formula::prefilter`] gives a weaker condition that it
//! can say and [`formula::Formula::remainder`] what is left to compare afterwards. [`boolean`] and [`text`] write it
//! down as tokens: text of a plan gets in as a literal under a declared [`quote`] rule, and in no other way.

pub mod answer;
pub mod boolean;
pub mod comment;
mod forms;
pub mod formula;
pub mod grouped;
pub mod identity;
pub mod lower;
pub mod options;
pub mod pipeline;
pub mod pipes;
pub mod quote;
pub mod refusal;
pub mod regex;
pub mod rule;
pub mod search;
pub mod shape;
pub mod stages;
pub mod steps;
pub mod table;
pub mod text;
pub mod window;
pub mod windows;
pub mod yaml;
