echo new > built/new.txt
echo changed > built/old.txt
echo "On standard output."
echo "No compiler was found." >&2
exit 3
