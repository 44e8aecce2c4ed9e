-- step:     10 candidate
-- asks:     Which open lines and records are worth comparing? Those of one unit and day, code, person or place.
-- vi:       Dòng sổ và hồ sơ còn lại nào đáng đem so?
-- inputs:   decided_pair, neighbourhood, open_entry, open_record
-- grain:    entry_id, record_id
-- params:   none
create or replace table candidate as
with free_entry as (
    select *
    from open_entry
    where not is_found_elsewhere
),

same_code as (
    select
        open_entry.entry_id,
        open_record.record_id
    from open_entry
    inner join open_record
        on
            open_entry.feed = open_record.feed
            and open_entry.code_id = open_record.code_id
),

same_second_code as (
    select
        open_entry.entry_id,
        open_record.record_id
    from open_entry
    inner join open_record
        on
            open_entry.feed = open_record.feed
            and open_entry.code_id = open_record.alias_id
),

same_code_day as (
    select
        free_entry.entry_id,
        open_record.record_id
    from free_entry
    inner join open_record
        on
            free_entry.feed = open_record.feed
            and free_entry.unit_key = open_record.unit_key
            and free_entry.code_on = open_record.code_on
    where free_entry.code_on is distinct from free_entry.received_on
),

same_place_of_another_day as (
    select
        free_entry.entry_id,
        open_record.record_id
    from free_entry
    inner join neighbourhood
        on free_entry.entry_id = neighbourhood.entry_id and free_entry.feed = neighbourhood.feed
    inner join open_record
        on
            free_entry.feed = open_record.feed
            and free_entry.unit_key = open_record.unit_key
            and neighbourhood.code_on = open_record.code_on
    where
        neighbourhood.code_on is distinct from free_entry.received_on
        and abs(open_record.serial::integer - neighbourhood.expected_serial) <= 4
),

same_given_name_next_day as (
    select
        free_entry.entry_id,
        open_record.record_id
    from free_entry
    inner join open_record
        on
            free_entry.feed = open_record.feed
            and free_entry.unit_key = open_record.unit_key
            and free_entry.given_sound_id = open_record.given_sound_id
    where abs(free_entry.received_on - open_record.received_on) = 1
),

same_serial_and_applicant as (
    select
        free_entry.entry_id,
        open_record.record_id
    from free_entry
    inner join open_record
        on
            free_entry.feed = open_record.feed
            and free_entry.serial = open_record.serial
            and free_entry.sound_id = open_record.sound_id
    where
        free_entry.unit_key = open_record.unit_key
        or free_entry.code_on = open_record.code_on
        or free_entry.received_on = open_record.received_on
),

same_applicant_near_day as (
    select
        free_entry.entry_id,
        open_record.record_id
    from free_entry
    inner join open_record
        on
            free_entry.feed = open_record.feed
            and free_entry.unit_key = open_record.unit_key
            and free_entry.sound_id = open_record.sound_id
    where abs(free_entry.received_on - open_record.received_on) <= 31
),

same_phone_near_day as (
    select
        free_entry.entry_id,
        open_record.record_id
    from free_entry
    inner join open_record
        on
            free_entry.feed = open_record.feed
            and free_entry.unit_key = open_record.unit_key
            and free_entry.phone = open_record.phone
    where abs(free_entry.received_on - open_record.received_on) <= 31
),

found_otherwise as (
    from same_code
    union
    from same_second_code
    union
    from same_code_day
    union
    from same_place_of_another_day
    union
    from same_given_name_next_day
    union
    from same_serial_and_applicant
    union
    from same_applicant_near_day
    union
    from same_phone_near_day
),

-- nearly all pairs are of one unit and day, each found once there: only the others need to be looked at for repeats
found as (
    select
        free_entry.entry_id,
        open_record.record_id,
        free_entry.procedure_id as entry_procedure,
        open_record.procedure_id as record_procedure,
        free_entry.is_code_repeated,
        open_record.siblings
    from free_entry
    inner join open_record
        on
            free_entry.feed = open_record.feed
            and free_entry.unit_key = open_record.unit_key
            and free_entry.received_on = open_record.received_on
    union all
    select
        open_entry.entry_id,
        open_record.record_id,
        open_entry.procedure_id as entry_procedure,
        open_record.procedure_id as record_procedure,
        open_entry.is_code_repeated,
        open_record.siblings
    from found_otherwise
    inner join open_record on found_otherwise.record_id = open_record.record_id
    inner join open_entry
        on found_otherwise.entry_id = open_entry.entry_id and open_record.feed = open_entry.feed
    where
        coalesce(
            open_entry.unit_key <> open_record.unit_key or open_entry.received_on <> open_record.received_on, true
        )
)

select
    entry_id,
    record_id,
    entry_procedure,
    record_procedure,
    is_code_repeated,
    siblings > 1 as has_siblings,
    false as is_taken
from found
where
    not exists (
        from decided_pair
        where
            not decided_pair.is_same
            and decided_pair.entry_id = found.entry_id
            and decided_pair.record_id = found.record_id
    )
