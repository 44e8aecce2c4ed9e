-- step:     22 repeated_candidate
-- asks:     Which lines without a record might be a linked record's line written once more?
-- vi:       Dòng nào chưa khớp có thể là dòng ghi lặp của hồ sơ đã khớp?
-- inputs:   entry, link, record
-- grain:    entry_id, record_id
-- params:   none
create or replace table candidate as
with unlinked as (
    select entry.*
    from entry
    where not exists (from link where link.entry_id = entry.entry_id)
),

taken as (
    select record.*
    from record
    where exists (from link where link.record_id = record.record_id)
),

same_code as (
    select
        unlinked.entry_id,
        taken.record_id
    from unlinked
    inner join taken on unlinked.code_key = taken.code_key
),

same_applicant_and_day as (
    select
        unlinked.entry_id,
        taken.record_id
    from unlinked
    inner join taken
        on
            unlinked.unit_key = taken.unit_key
            and unlinked.received_on = taken.received_on
            and unlinked.applicant_id = taken.applicant_id
),

same_phone_and_day as (
    select
        unlinked.entry_id,
        taken.record_id
    from unlinked
    inner join taken
        on
            unlinked.unit_key = taken.unit_key
            and unlinked.received_on = taken.received_on
            and unlinked.phone_id = taken.phone_id
)

from same_code
union
from same_applicant_and_day
union
from same_phone_and_day
