//! Which part of a list is asked for.

use async_graphql::{Context, Result, SimpleObject};

use super::context::ContextExt;
use super::cursor::Place;
use super::error::{Code, refusal};
use super::plan::members;
use super::scalars::Cursor;
use crate::catalog::Ordered;

/// Where a page lies in its list.
#[derive(Debug, Clone, SimpleObject)]
pub struct PageInfo {
    /// Whether nodes follow on this page.
    pub(super) has_next_page: bool,
    /// Whether nodes stand before this page.
    pub(super) has_previous_page: bool,
    /// The cursor of the first node of the page: `before` of the page before.
    pub(super) start_cursor: Option<Cursor>,
    /// The cursor of the last node of the page: `after` of the next page.
    pub(super) end_cursor: Option<Cursor>,
}

members!("PageInfo", PageInfo {
    "hasNextPage" => has_next_page,
    "hasPreviousPage" => has_previous_page,
    "startCursor" => start_cursor,
    "endCursor" => end_cursor,
});

/// Which page of a list is asked for.
#[derive(Debug, Default)]
pub(super) struct Page {
    first: Option<usize>,
    after: Option<Cursor>,
    last: Option<usize>,
    before: Option<Cursor>,
}

impl Page {
    /// A page forward.
    pub(super) fn forward(ctx: &Context<'_>, first: Option<i32>, after: Option<Cursor>) -> Result<Page> {
        Page::new(ctx, first, after, None, None)
    }

    /// A page in either direction. The default of `first` counts only where `last` is not given.
    pub(super) fn new(
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<Cursor>,
        last: Option<i32>,
        before: Option<Cursor>,
    ) -> Result<Page> {
        ctx.in_time()?;
        let first = first.filter(|_| last.is_none() || ctx.item.node.get_argument("first").is_some());
        let [first, last] = [Page::length(ctx, "first", first)?, Page::length(ctx, "last", last)?];
        let first = first.or((last.is_none()).then_some(ctx.limits().page));
        Ok(Page { first, after, last, before })
    }

    /// The name of the order of the list that the page goes on with; none where it begins one.
    pub(super) fn order_before(&self) -> Option<Vec<u8>> {
        self.after.as_ref().or(self.before.as_ref())?.order()
    }

    /// How many nodes are asked for, if that is allowed.
    pub(super) fn length(ctx: &Context<'_>, name: &str, asked: Option<i32>) -> Result<Option<usize>> {
        let Some(asked) = asked else { return Ok(None) };
        let most = ctx.limits().page;
        match usize::try_from(asked) {
            Ok(length) if length <= most => Ok(Some(length)),
            Ok(_) => {
                let message = format!("`{name}` is {asked}, but a page holds at most {most}: ask for the rest with `after`");
                Err(refusal(Code::LimitExceeded, message))
            }
            Err(_) => Err(refusal(Code::BadUserInput, format!("`{name}` is {asked}: ask for 0 or more"))),
        }
    }

    /// Where a page forward begins, if not at the start of the list, and how many nodes it has at most. `order` is the name of the
    /// list's order, and `read` reads its places.
    pub(super) fn forward_from<P>(&self, order: &[u8], read: impl Fn(&[u8]) -> Option<P>) -> Result<(Option<P>, usize)> {
        let place = |cursor: &Cursor| read(&cursor.place(order)?).ok_or_else(|| cursor.broken());
        Ok((self.after.as_ref().map(place).transpose()?, self.first.unwrap_or_default()))
    }

    /// The rows of a list that lie on the page, and how the page was cut from it. `order` is the name of the list's order.
    pub(super) fn of(&self, list: &dyn Ordered, order: &[u8]) -> Result<(Vec<u32>, Cut)> {
        let place = |cursor: &Option<Cursor>| cursor.as_ref().map(|cursor| cursor.place(order)).transpose();
        let cut = Cut { after: place(&self.after)?, before: place(&self.before)? };
        let (after, before) = (cut.after.as_deref(), cut.before.as_deref());
        let mut page: Vec<u32> = match (self.first, self.last) {
            (Some(first), _) => {
                let until = |row: &u32| before.is_none_or(|before| *list.place(*row) < *before);
                list.after(after).take_while(until).take(first).collect()
            }
            (None, last) => {
                let until = |row: &u32| after.is_none_or(|after| *list.place(*row) > *after);
                let mut page: Vec<_> = list.before(before).take_while(until).take(last.unwrap_or_default()).collect();
                page.reverse();
                page
            }
        };
        if let (Some(_), Some(last)) = (self.first, self.last) {
            page.drain(..page.len().saturating_sub(last));
        }
        Ok((page, cut))
    }
}

/// Between which places a page was cut from its list.
#[derive(Debug)]
pub(super) struct Cut {
    after: Option<Vec<u8>>,
    before: Option<Vec<u8>>,
}

impl Cut {
    /// Where the page lies whose first and last entries stand at these places. It takes more walks through the list, so it is only
    /// done where somebody asks.
    pub(super) fn info(&self, list: &dyn Ordered, ends: Option<(&Place, &Place)>) -> PageInfo {
        let follows = |place: Option<&[u8]>| list.after(place).next().is_some();
        let precedes = |place: Option<&[u8]>| list.before(place).next().is_some();
        let (has_previous_page, has_next_page) = match ends {
            Some((start, end)) => (precedes(Some(&start.bytes())), follows(Some(&end.bytes()))),
            // An empty page lies just after `after`, else just before `before`.
            None => match (self.after.as_deref(), self.before.as_deref()) {
                (None, Some(before)) => {
                    let last = list.before(None).next();
                    (precedes(Some(before)), last.is_some_and(|last| *list.place(last) >= *before))
                }
                (after, _) => {
                    let first = list.after(None).next();
                    (after.zip(first).is_some_and(|(after, first)| *list.place(first) <= *after), follows(after))
                }
            },
        };
        PageInfo::between(ends, has_previous_page, has_next_page)
    }
}

impl PageInfo {
    /// Where a page lies whose first and last entries stand at these places.
    pub(super) fn between(ends: Option<(&Place, &Place)>, has_previous_page: bool, has_next_page: bool) -> PageInfo {
        let (start_cursor, end_cursor) = ends.map(|(start, end)| (start.cursor(), end.cursor())).unzip();
        PageInfo { has_next_page, has_previous_page, start_cursor, end_cursor }
    }
}
