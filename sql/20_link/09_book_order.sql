-- step:     09 book_order
-- asks:     How far from where its neighbours put it does a line of each book stand? A book without order says nothing.
-- vi:       Mỗi quyển sổ giữ thứ tự tốt đến đâu?
-- inputs:   neighbourhood
-- grain:    feed, book_id, level
-- params:   $place_shares, $place_widths
create or replace table book_order as
with known as (
    select
        feed,
        book_id,
        entry_id,
        min(abs(own_serial::integer - expected_serial)) filter (where code_on = own_code_on) as apart,
        min(scatter) filter (where code_on = own_code_on) as scatter
    from neighbourhood
    where own_serial is not null
    group by all
),

levelled as (
    select
        feed,
        book_id,
        case
            when apart is null then 5
            when apart < $place_widths[1] / 2 then 1
            when apart < $place_widths[2] / 2 then 2
            when apart < $place_widths[3] / 2 then 3
            when apart < $place_widths[6] / 2 then 6
            else 4
        end as level
    from known
),

counted as (
    select
        feed,
        book_id,
        level,
        count(*) as lines
    from levelled
    group by all
),

looked_at as (
    select distinct
        feed,
        book_id
    from neighbourhood
),

book as (
    select
        looked_at.feed,
        looked_at.book_id,
        -- bits for each place times serial that two lines stand in order: log2(e) over the variance of lines scattered
        -- normally, which the mean distance tells (1.84; 2.4 as gaps and repeats widen it); as if eight lines, three
        -- apart, had been seen before
        2.4 / pow((coalesce(sum(known.scatter), 0) + 24) / (count(known.scatter) + 8), 2) as order_bits
    from looked_at
    left join known on looked_at.feed = known.feed and looked_at.book_id = known.book_id
    group by looked_at.feed, looked_at.book_id
),

usual as (
    select
        unnest([1, 2, 3, 4, 5, 6]) as level,
        unnest($place_shares) as share
)

select
    book.feed,
    book.book_id,
    book.order_bits,
    usual.level,
    -- as if two dozen lines of a usual book had been seen before
    (coalesce(counted.lines, 0) + 24 * usual.share)
    / (sum(coalesce(counted.lines, 0)) over (partition by book.feed, book.book_id) + 24) as share
from book
cross join usual
left join counted
    on book.feed = counted.feed and book.book_id = counted.book_id and usual.level = counted.level
