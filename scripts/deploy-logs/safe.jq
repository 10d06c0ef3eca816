# What a terminal or a CI runner would obey is gone: controls, marks that reorder text, `##[...]` and `::...::`.
def safe:
  if test("^[ -~\t]*$") then . else explode
    | map(select((. >= 32 or . == 9) and (. < 127 or . > 159) and . != 1564 and (. < 8203 or . > 8207) and (. < 8232 or . > 8238)
        and (. < 8288 or . > 8303) and . != 65279 and . != 65534 and . != 65535))
    | implode end
  | if contains("##") then gsub("#(?=#[a-z]*\\[)"; "# ") else . end
  | if contains("::") then gsub("(?<blank>(^|\\t)[[:space:]]*)::"; "\(.blank): :") else . end;
