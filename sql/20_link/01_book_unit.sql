-- step:     01 book_unit
-- asks:     Which agency does each book belong to? A bare tail or serial is complete only with it.
-- vi:       Mỗi quyển sổ thuộc đơn vị nào?
-- inputs:   case_record, logbook_entry
-- grain:    file_id, book_no
-- params:   $unit_key
create or replace table book_unit as
with counted as (
    select
        file_id,
        book_no,
        unit_key,
        count(*) as lines
    from logbook_entry
    group by all
),

shared as (
    select
        *,
        lines / sum(lines) filter (where unit_key is not null) over (partition by file_id, book_no) as share
    from counted
),

only_unit as (
    select any_value(unit_key) as unit_key
    from case_record
    having count(distinct unit_key) = 1
),

dominant as (
    select
        file_id,
        book_no,
        -- mistyped codes name a wrong unit now and then; a book that is mixed has none
        max(case when share >= 0.8 then unit_key end) as unit_key,
        count(unit_key) > 0 as has_codes
    from shared
    group by file_id, book_no
)

select
    row_number() over (order by dominant.file_id, dominant.book_no)::uinteger as book_id,
    dominant.file_id,
    dominant.book_no,
    coalesce(
        $unit_key,
        dominant.unit_key,
        case when not dominant.has_codes then only_unit.unit_key end
    ) as unit_key,
    -- enough to look among that unit's records for a line of a mixed book, not enough to complete its code
    coalesce($unit_key, dominant.unit_key, only_unit.unit_key) as likely_unit_key
from dominant
left join only_unit on true
