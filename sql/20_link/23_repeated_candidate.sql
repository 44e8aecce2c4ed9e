-- step:     23 repeated_candidate
-- asks:     Which lines without a record might be a linked record's line written once more?
-- vi:       Dòng nào chưa khớp có thể là dòng ghi lặp của hồ sơ đã khớp?
-- inputs:   entry, link, open_record, record, repeated_code
-- grain:    entry_id, record_id
-- params:   none
create or replace table candidate as
with unlinked as (
    select
        entry_id,
        code_id,
        unit_key,
        received_on,
        applicant_id,
        procedure_id,
        phone
    from entry
    where not exists (from link where link.entry_id = entry.entry_id)
),

same_code as (
    select
        unlinked.entry_id,
        record.record_id,
        unlinked.code_id,
        unlinked.procedure_id as entry_procedure,
        record.procedure_id as record_procedure
    from record
    inner join unlinked on record.code_id = unlinked.code_id
),

same_applicant_and_day as (
    select
        unlinked.entry_id,
        record.record_id,
        unlinked.code_id,
        unlinked.procedure_id as entry_procedure,
        record.procedure_id as record_procedure
    from record
    inner join unlinked
        on
            record.applicant_id = unlinked.applicant_id
            and record.received_on = unlinked.received_on
            and record.unit_key = unlinked.unit_key
),

same_phone_and_day as (
    select
        unlinked.entry_id,
        record.record_id,
        unlinked.code_id,
        unlinked.procedure_id as entry_procedure,
        record.procedure_id as record_procedure
    from record
    inner join unlinked
        on
            record.phone = unlinked.phone
            and record.received_on = unlinked.received_on
            and record.unit_key = unlinked.unit_key
),

found as (
    from same_code
    union
    from same_applicant_and_day
    union
    from same_phone_and_day
)

select
    found.*,
    exists (from repeated_code where repeated_code.feed is null and repeated_code.code_id = found.code_id)
        as is_code_repeated,
    exists (from open_record where open_record.record_id = found.record_id and open_record.siblings > 1)
        as has_siblings
from found
where exists (from link where link.record_id = found.record_id)
