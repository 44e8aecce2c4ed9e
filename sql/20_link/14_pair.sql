-- step:     14 pair
-- asks:     How far are the two sides of each pair that needs a closer look apart?
-- vi:       Hai bên của mỗi cặp cần xem kỹ khác nhau bao nhiêu?
-- inputs:   applicant, candidate, certain, entry, procedure_likeness, record
-- grain:    entry_id, record_id
-- params:   $are_strangers_compared
create or replace table pair as
with looked_at as (
    select
        entry_id,
        record_id,
        true as is_certain,
        false as is_code_repeated,
        false as has_siblings,
        false as is_taken
    from certain
    where agreement is null
    union all by name
    select
        entry_id,
        record_id,
        false as is_certain,
        is_code_repeated,
        has_siblings,
        is_taken
    from candidate
),

both_sides as (
    select
        looked_at.*,
        record.feed,
        coalesce(entry.code_id = record.code_id, false) or coalesce(entry.code_id = record.alias_id, false)
            as is_same_code,
        entry.code_unit_key = record.unit_key and entry.code_on = record.code_on as is_same_code_stem,
        entry.code_on = record.code_on and entry.unit_key = record.unit_key as is_same_code_day,
        entry.code_unit_key as entry_unit_key,
        record.unit_key as record_unit_key,
        coalesce(entry.code_on, entry.received_on) as entry_code_on,
        entry.serial as entry_serial,
        record.serial as record_serial,
        record.code_on,
        entry.applicant_id as entry_applicant,
        record.applicant_id as record_applicant,
        entry.received_on = record.received_on and entry.procedure_id = record.procedure_id as is_due_given,
        case
            when entry.procedure_id is null or record.procedure_id is null then 0
            when entry.procedure_id = record.procedure_id then 1
            else procedure_likeness.level
        end as procedure,
        procedure_likeness.share as procedure_share,
        entry.phone as entry_phone,
        record.phone as record_phone,
        entry.address_id as entry_address,
        record.address_id as record_address,
        entry.is_repaired or record.is_repaired as is_repaired,
        entry.received_on as entry_received_on,
        record.received_on as record_received_on,
        abs(entry.due_on - record.due_on) as due_apart,
        entry.returned_on - record.finished_on as returned_after,
        entry.returned_on = record.received_on as is_returned_at_once
    from looked_at
    inner join entry on looked_at.entry_id = entry.entry_id
    inner join record on looked_at.record_id = record.record_id
    left join applicant as entry_applicant on entry.applicant_id = entry_applicant.applicant_id
    left join applicant as record_applicant on record.applicant_id = record_applicant.applicant_id
    left join procedure_likeness
        on
            entry.procedure_id = procedure_likeness.entry_procedure
            and record.procedure_id = procedure_likeness.record_procedure
    where
        looked_at.is_certain
        or $are_strangers_compared
        -- people who share a day but neither name nor procedure are strangers; what a side does not say may be anything
        or coalesce(entry.procedure_id = record.procedure_id, true)
        or procedure_likeness.level in (2, 3)
        -- two edits add and take away two letters each at most
        or coalesce(bit_count(xor(entry_applicant.letters, record_applicant.letters)) <= 4, true)
        or entry_applicant.given_id = record_applicant.given_id
        or entry_applicant.sound_id = record_applicant.sound_id
        or entry.serial = record.serial
        or entry.code_id = record.alias_id
        or levenshtein(entry.phone, record.phone) <= 2
),

-- texts (of the serials alone where the rest agrees) and their distances only where these can be so small that it
-- matters: they are what costs time here
written as (
    select
        *,
        case
            when is_same_code or entry_serial is null or (not is_same_code_stem and entry_serial <> record_serial)
                then null
            when is_same_code_stem then entry_serial::varchar
            else entry_unit_key || '-' || strftime(entry_code_on, '%y%m%d') || '-' || entry_serial
        end as entry_text,
        case
            when is_same_code or entry_serial is null or (not is_same_code_stem and entry_serial <> record_serial)
                then null
            when is_same_code_stem then record_serial::varchar
            else record_unit_key || '-' || strftime(code_on, '%y%m%d') || '-' || record_serial
        end as record_text
    from both_sides
),

apart as (
    select
        *,
        case
            when is_same_code then 0
            when not is_same_code_stem and entry_serial <> record_serial then 4
            else levenshtein(entry_text, record_text)
        end as code_distance,
        case when entry_phone = record_phone then 0 else levenshtein(entry_phone, record_phone) end as phone_distance
    from written
)

select
    entry_id,
    record_id,
    is_certain,
    is_code_repeated,
    has_siblings,
    is_taken,
    feed,
    code_distance,
    -- two neighbours swapped are one mistake; asked last, for no other measure is as slow as the one that knows it
    case
        when code_distance = 2 and (entry_serial::integer - record_serial::integer) % 9 = 0
            then damerau_levenshtein(entry_text, record_text) = 1
        else false
    end as is_code_swapped,
    entry_serial = record_serial as is_same_serial,
    is_same_code_day,
    code_on,
    record_serial as serial,
    entry_applicant,
    record_applicant,
    procedure,
    procedure_share,
    phone_distance,
    case
        when phone_distance = 2 then damerau_levenshtein(entry_phone, record_phone) = 1
        else false
    end as is_phone_swapped,
    entry_address,
    record_address,
    is_repaired,
    abs(entry_received_on - record_received_on) as received_apart,
    (
        year(entry_received_on) = year(record_received_on)
        and month(entry_received_on) = day(record_received_on)
        and day(entry_received_on) = month(record_received_on)
    ) as is_received_swapped,
    due_apart,
    is_due_given,
    returned_after,
    is_returned_at_once
from apart
