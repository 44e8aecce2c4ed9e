-- step:     04 certain
-- asks:     Which pairs carry one code, unique on both sides, and one applicant? They need no rival.
-- vi:       Cặp nào trùng mã (chỉ một lần ở mỗi bên) và trùng tên?
-- inputs:   entry, record
-- grain:    entry_id, feed
-- params:   none
create or replace table certain as
with repeated_entry as (
    select code_key
    from entry
    where code_key is not null
    group by code_key
    having count(*) > 1
),

repeated_record as (
    select
        feed,
        code_key
    from record
    group by feed, code_key
    having count(*) > 1
)

select
    entry.entry_id,
    record.record_id,
    record.feed
from entry
inner join record
    on
        entry.code_key = record.code_key
        and entry.applicant_key = record.applicant_key
where
    not exists (from repeated_entry where repeated_entry.code_key = entry.code_key)
    and not exists (
        from repeated_record
        where repeated_record.code_key = record.code_key and repeated_record.feed = record.feed
    )
