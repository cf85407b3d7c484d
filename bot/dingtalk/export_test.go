package dingtalk

import "time"

// SetPatience shortens how long a connection may be silent, for tests that
// cannot wait a minute.
func (s *Stream) SetPatience(d time.Duration) { s.patience = d }
