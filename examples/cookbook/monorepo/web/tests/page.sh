# Every field has its line on the page.
test "$(grep -c '^<li>' page.html)" -eq "$(wc -l < ../api/fields.txt)"
