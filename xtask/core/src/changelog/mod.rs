//! Changelogs: fragments, categories, rotation and release notes. Pure: texts in, edits out.
//!
//! | file | what it knows |
//! |---|---|
//! | `name`, `fragment` | fragments' file names, what a fragment may hold, strays |
//! | `markdown` | which lines are headings, code, comments |
//! | `heading`, `document` | the sections and categories of a changelog, its foot, its look |
//! | `dated` | which version of which group a dated heading gives |
//! | `item` | what becomes of a fragment's text |
//! | `lead` | what stands above the first category: comments, the placeholder, prose |
//! | `draft` | a new text told as what is kept and what is written, and the edits that follow from it |
//! | `category`, `links` | writing categories and compare links into a draft |
//! | `assemble`, `rotate` | the two changes a changelog goes through |
//! | `branch` | whether a branch has to bring a fragment |
//! | `notes` | reading: sections, pending notes, the bump they call for, warnings |
//!
//! The file's shape is that of [Keep a Changelog](https://keepachangelog.com): a level-2 heading for each
//! release, a level-3 heading for each category, link definitions at the foot.

pub mod assemble;
pub mod branch;
mod category;
pub mod dated;
pub mod document;
mod draft;
pub mod fragment;
mod heading;
mod item;
mod lead;
mod links;
mod markdown;
pub mod name;
pub mod notes;
pub mod rotate;

#[cfg(test)]
mod tests;
