# Redacts what is saved; of a line that `fold` has broken, what judge.awk keeps too.
{
  if (length($0) >= FOLD) {
    if (!broken) head = substr($0, 1, 2000)
    broken = 1; tail = $0
    next
  }
  if (broken) { $0 = head " ... " substr(tail $0, length(tail $0) - 499); broken = 0 }
  print redacted(without_key($0))
}
END { if (broken) print redacted(head) }
