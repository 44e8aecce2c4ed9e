-- step:     11 repeated_candidate
-- asks:     Which open lines might be a certain line written once more? Its record is no candidate for a link.
-- vi:       Dòng nào chưa khớp có thể là dòng ghi lặp của hồ sơ đã khớp chắc chắn?
-- inputs:   certain, decided_pair, open_entry, record
-- grain:    entry_id, record_id
-- params:   none
insert into candidate
with same_code as (
    select
        open_entry.entry_id,
        record.record_id
    from record
    inner join open_entry on record.feed = open_entry.feed and record.code_id = open_entry.code_id
    where not open_entry.is_found_elsewhere
),

same_applicant_and_day as (
    select
        open_entry.entry_id,
        record.record_id
    from record
    inner join open_entry
        on
            record.feed = open_entry.feed
            and record.applicant_id = open_entry.applicant_id
            and record.received_on = open_entry.received_on
            and record.unit_key = open_entry.unit_key
),

same_phone_and_day as (
    select
        open_entry.entry_id,
        record.record_id
    from record
    inner join open_entry
        on
            record.feed = open_entry.feed
            and record.phone = open_entry.phone
            and record.received_on = open_entry.received_on
            and record.unit_key = open_entry.unit_key
),

found as (
    from same_code
    union
    from same_applicant_and_day
    union
    from same_phone_and_day
)

select
    found.entry_id,
    found.record_id,
    open_entry.procedure_id as entry_procedure,
    record.procedure_id as record_procedure,
    open_entry.is_code_repeated,
    false as has_siblings,
    true as is_taken
from found
inner join record on found.record_id = record.record_id
inner join open_entry on found.entry_id = open_entry.entry_id and record.feed = open_entry.feed
where
    exists (from certain where certain.record_id = found.record_id)
    and not exists (
        from decided_pair
        where
            not decided_pair.is_same
            and decided_pair.entry_id = found.entry_id
            and decided_pair.record_id = found.record_id
    )
