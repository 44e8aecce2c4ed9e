-- step:     05 candidate
-- asks:     Which of the remaining lines and records are worth comparing? Those of one unit and day, code or person.
-- vi:       Dòng sổ và hồ sơ còn lại nào đáng đem so?
-- inputs:   certain, entry, record
-- grain:    entry_id, record_id
-- params:   none
create or replace table candidate as
with feed as (
    select distinct feed
    from record
),

remaining_record as (
    select record.*
    from record
    where not exists (from certain where certain.record_id = record.record_id)
),

remaining_entry as (
    select
        entry.*,
        feed.feed,
        -- a line already found in another feed belongs to this one only by its code
        exists (from certain where certain.entry_id = entry.entry_id) as is_found_elsewhere
    from entry
    cross join feed
    where
        not exists (
            from certain
            where certain.entry_id = entry.entry_id and certain.feed = feed.feed
        )
),

free_entry as (
    select *
    from remaining_entry
    where not is_found_elsewhere
),

same_code as (
    select
        remaining_entry.entry_id,
        remaining_record.record_id
    from remaining_entry
    inner join remaining_record
        on
            remaining_entry.feed = remaining_record.feed
            and remaining_entry.code_key = remaining_record.code_key
),

same_day as (
    select
        free_entry.entry_id,
        remaining_record.record_id
    from free_entry
    inner join remaining_record
        on
            free_entry.feed = remaining_record.feed
            and free_entry.unit_key = remaining_record.unit_key
            and free_entry.received_on = remaining_record.received_on
),

same_code_day as (
    select
        free_entry.entry_id,
        remaining_record.record_id
    from free_entry
    inner join remaining_record
        on
            free_entry.feed = remaining_record.feed
            and free_entry.unit_key = remaining_record.unit_key
            and free_entry.code_on = remaining_record.code_on
    where free_entry.code_on is distinct from free_entry.received_on
),

same_serial_and_applicant as (
    select
        free_entry.entry_id,
        remaining_record.record_id
    from free_entry
    inner join remaining_record
        on
            free_entry.feed = remaining_record.feed
            and free_entry.serial = remaining_record.serial
            and free_entry.applicant_key = remaining_record.applicant_key
    where
        free_entry.unit_key = remaining_record.unit_key
        or free_entry.code_on = remaining_record.code_on
        or free_entry.received_on = remaining_record.received_on
),

same_applicant_near_day as (
    select
        free_entry.entry_id,
        remaining_record.record_id
    from free_entry
    inner join remaining_record
        on
            free_entry.feed = remaining_record.feed
            and free_entry.unit_key = remaining_record.unit_key
            and free_entry.applicant_key = remaining_record.applicant_key
    where abs(free_entry.received_on - remaining_record.received_on) <= 31
),

same_phone_near_day as (
    select
        free_entry.entry_id,
        remaining_record.record_id
    from free_entry
    inner join remaining_record
        on
            free_entry.feed = remaining_record.feed
            and free_entry.unit_key = remaining_record.unit_key
            and free_entry.phone = remaining_record.phone
    where abs(free_entry.received_on - remaining_record.received_on) <= 31
)

from same_code
union
from same_day
union
from same_code_day
union
from same_serial_and_applicant
union
from same_applicant_near_day
union
from same_phone_near_day
