-- step:     15 compared
-- asks:     On what do the two sides of each pair agree? One level per comparison; 0 where a side is silent.
-- vi:       Hai bên của mỗi cặp giống, khác nhau ở những gì?
-- inputs:   address, applicant, neighbourhood, pair
-- grain:    entry_id, record_id
-- params:   $place_widths
create or replace table compared as
with meeting as (
    select distinct
        entry_address,
        record_address
    from pair
    where entry_address <> record_address
),

address_likeness as (
    select
        meeting.entry_address,
        meeting.record_address,
        case
            when
                contains(record_place.address_key, entry_place.address_key)
                or contains(entry_place.address_key, record_place.address_key)
                or jaro_winkler_similarity(entry_place.address_key, record_place.address_key) >= 0.9
                then 2
            else 4
        end as level
    from meeting
    inner join address as entry_place on meeting.entry_address = entry_place.address_id
    inner join address as record_place on meeting.record_address = record_place.address_id
),

both_sides as (
    select
        pair.*,
        entry_applicant.applicant_key as entry_name,
        record_applicant.applicant_key as record_name,
        entry_applicant.sound_key as entry_sound,
        record_applicant.sound_key as record_sound,
        entry_applicant.sound_id = record_applicant.sound_id as is_same_sound,
        entry_applicant.given_id = record_applicant.given_id as is_same_given,
        entry_applicant.words_id = record_applicant.words_id as has_same_words,
        entry_applicant.letters = record_applicant.letters as has_same_letters,
        entry_applicant.has_initial as has_entry_initial,
        case
            when pair.entry_applicant = pair.record_applicant then 0
            -- an edit adds and takes away one letter at most
            when bit_count(xor(entry_applicant.letters, record_applicant.letters)) > 4 then 3
            else levenshtein(entry_applicant.applicant_key, record_applicant.applicant_key)
        end as applicant_distance,
        address_likeness.level as address_level,
        not pair.is_certain
        and not pair.is_taken
        and exists (
            from neighbourhood
            where neighbourhood.entry_id = pair.entry_id and neighbourhood.feed = pair.feed
        ) as has_neighbours,
        abs(pair.serial::integer - neighbourhood.expected_serial) as place_apart
    from pair
    left join applicant as entry_applicant on pair.entry_applicant = entry_applicant.applicant_id
    left join applicant as record_applicant on pair.record_applicant = record_applicant.applicant_id
    left join address_likeness
        on
            pair.entry_address = address_likeness.entry_address
            and pair.record_address = address_likeness.record_address
    left join neighbourhood
        on
            not pair.is_certain
            and not pair.is_taken
            and pair.entry_id = neighbourhood.entry_id
            and pair.feed = neighbourhood.feed
            and pair.code_on = neighbourhood.code_on
),

-- what costs time is asked by cases within cases: all sides of an `and` or an `or` are looked at
named as (
    select
        *,
        case
            when applicant_distance = 2
                then
                    case
                        when levenshtein(entry_sound, record_sound) = 1 then true
                        when has_same_letters then damerau_levenshtein(entry_name, record_name) = 1
                        else false
                    end
            else false
        end as is_name_mistaken,
        -- a middle name dropped, or cut to an initial; the given name comes last
        case
            when applicant_distance > 1 and is_same_given
                then
                    case
                        when list_has_all(string_split(record_name, ' '), string_split(entry_name, ' ')) then true
                        when list_has_all(string_split(entry_name, ' '), string_split(record_name, ' ')) then true
                        when has_entry_initial
                            then
                                regexp_full_match(
                                    record_name, regexp_replace(entry_name, '(^| )([a-z])\b', '\1\2[a-z]*', 'g')
                                )
                        else false
                    end
            else false
        end as is_name_shortened
    from both_sides
),

level as (
    select
        *,
        case
            when code_distance is null then 0
            -- a code that stands at two lines is wrong at one of them
            when code_distance = 0 then case when is_code_repeated then 6 else 1 end
            when is_code_repeated then 7
            when code_distance = 1 then case when is_same_code_day then 5 else 2 end
            when is_code_swapped then case when is_same_code_day then 5 else 2 end
            when code_distance <= 3 and is_same_serial then 3
            else 4
        end as code,
        case
            when applicant_distance is null then 0
            when applicant_distance = 0 then 1
            when is_same_sound then 5
            when applicant_distance = 1 or has_same_words or is_name_mistaken then 2
            -- with the surname an initial as well, many people fit
            when is_name_shortened then case when substr(entry_name, 2, 1) = ' ' then 7 else 3 end
            when applicant_distance = 2 then 6
            else 4
        end as applicant,
        case
            when received_apart is null then 0
            when received_apart = 0 then 1
            when received_apart = 1 then 2
            when is_received_swapped then 3
            else 4
        end as received,
        case
            when due_apart is null then 0
            -- procedure and day of receipt settle the day that is due
            when due_apart = 0 then case when is_due_given then 5 else 1 end
            when due_apart = 1 then case when is_due_given then 6 else 2 end
            when is_due_given then 7
            else 4
        end as due,
        case
            when phone_distance is null then 0
            when phone_distance = 0 then 1
            when phone_distance = 1 then 2
            when is_phone_swapped then 2
            else 4
        end as phone,
        case
            when entry_address is null or record_address is null then 0
            when entry_address = record_address then 1
            else address_level
        end as address,
        case
            when returned_after is null then 0
            when returned_after = 0 then case when is_returned_at_once then 5 else 1 end
            when returned_after > 0 then case when is_returned_at_once then 6 else 2 end
            when is_returned_at_once then 7
            else 4
        end as returned,
        case
            when not has_neighbours then 0
            -- on the line's own day no neighbour may be certain; of other days somebody near would be
            when place_apart is null then case when received_apart = 0 then 0 else 5 end
            when place_apart < $place_widths[1] / 2 then 1
            when place_apart < $place_widths[2] / 2 then 2
            when place_apart < $place_widths[3] / 2 then 3
            when place_apart < $place_widths[6] / 2 then 6
            else 4
        end as place
    from named
)

select
    entry_id,
    record_id,
    feed,
    is_certain,
    is_taken,
    is_repaired,
    has_siblings and applicant in (1, 5) as is_of_several,
    code in (2, 3, 5) or (code = 7 and code_distance = 1 and is_same_code_day) as is_near,
    case when procedure = 3 then procedure_share else 1 end as procedure_share,
    code,
    applicant,
    received,
    due,
    procedure,
    phone,
    address,
    returned,
    place,
    (
        code
        + 8 * applicant
        + 64 * received
        + 512 * due
        + 4096 * procedure
        + 32768 * phone
        + 262144 * address
        + 2097152 * returned
        + 16777216 * place
    )::uinteger as agreement
from level
