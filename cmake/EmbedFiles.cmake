# Run with cmake -P: writes OUTPUT, an initialiser of {name, text} pairs, from
# the FILES below FOLDER. C++ limits one literal's length, so a text is a row of
# them, one per line of the file.
set(result "")
foreach(file IN LISTS FILES)
  file(READ "${FOLDER}/${file}" text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "?" "\\?" text "${text}")
  string(REPLACE "\n" "\\n\"\n\"" text "${text}")
  string(APPEND result "{\"${file}\",\n\"${text}\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "${result}")
