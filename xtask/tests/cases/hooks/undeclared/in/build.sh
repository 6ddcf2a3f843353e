echo built > built.txt
echo "More." >> README.md
mkdir -p cache && echo x > cache/x
