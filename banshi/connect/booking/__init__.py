"""在线预约: times at the windows of halls. A booking is kept by the booking system; here nothing of it is stored."""
