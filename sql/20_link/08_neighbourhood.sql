-- step:     08 neighbourhood
-- asks:     Which serial of a day would stand at each line, going by the certain lines around it in the book?
-- vi:       Theo các dòng chắc chắn liền trên, liền dưới, dòng này ứng với số thứ tự nào trong ngày?
-- inputs:   certain, open_entry
-- grain:    entry_id, feed, code_on
-- params:   none
create or replace table neighbourhood as
with sampled as (
    select
        book_id,
        1 + count(*) // 256 as every
    from certain
    group by book_id
),

looked_at as (
    select
        entry_id,
        feed,
        book_id,
        null::date as own_code_on,
        null::uinteger as own_serial
    from open_entry
    where not is_found_elsewhere
    union all by name
    -- how well a book keeps to the order shows on lines of which the serial is known
    select
        certain.entry_id,
        certain.feed,
        certain.book_id,
        certain.code_on as own_code_on,
        certain.serial as own_serial
    from certain
    inner join sampled on certain.book_id = sampled.book_id
    where certain.entry_id % sampled.every = 0
),

step as (
    select unnest([-8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8]) as step
),

around as (
    select
        looked_at.*,
        looked_at.entry_id::integer + step.step as neighbour_id,
        step.step
    from looked_at
    cross join step
)

select
    around.entry_id,
    around.feed,
    around.book_id,
    around.own_code_on,
    around.own_serial,
    certain.code_on,
    -- the median forgives a neighbour that was written out of order or twice
    median(certain.serial::integer - around.step) as expected_serial,
    -- how far apart the serials of two lines are beyond their places in the book; ten is no order at all
    avg(
        least(10, abs(around.own_serial::integer - certain.serial::integer + around.step))
    ) as scatter,
    count(*) as neighbours
from around
inner join certain
    on
        around.neighbour_id = certain.entry_id
        and around.feed = certain.feed
        and around.book_id = certain.book_id
where certain.code_on is not null and certain.serial is not null
group by all
having count(*) > 1
